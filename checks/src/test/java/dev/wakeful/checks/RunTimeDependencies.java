// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.checks;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/// Reads the dependencies that a `pom.xml` declares.
final class RunTimeDependencies {
    private static final Set<String> KNOWN = Set.of("dev.wakeful", "org.jspecify");

    private RunTimeDependencies() {}

    /// The artifacts that are there at run time and are neither ours nor JSpecify's.
    static List<String> foreignIn(String pom) throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(pom)))
                .getDocumentElement();
        List<String> foreign = new ArrayList<>();
        for (Element dependencies : children(project, "dependencies")) {
            for (Element dependency : children(dependencies, "dependency")) {
                boolean atRunTime = Set.of("", "compile", "runtime").contains(text(dependency, "scope"));
                if (atRunTime && !KNOWN.contains(text(dependency, "groupId"))) {
                    foreign.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
                }
            }
        }
        return foreign;
    }

    private static String text(Element parent, String name) {
        return children(parent, name).stream()
                .map(Element::getTextContent)
                .map(String::strip)
                .findFirst()
                .orElse("");
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}

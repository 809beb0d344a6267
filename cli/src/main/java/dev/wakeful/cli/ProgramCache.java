// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/// The compiled programs of earlier calls, one jar for each source file, in the folder that `wakeful.cache` names.
///
/// A jar is good as long as the class path, the JDK and every source that it was made from are as they were. It is
/// written beside its place and moved there, so a call never sees half a jar, and one that runs keeps the one it has
/// opened. A cache that cannot be written costs time, nothing else.
final class ProgramCache {
    private static final String TYPES = "META-INF/wakeful/types";
    private static final String SOURCES = "META-INF/wakeful/sources";
    private static final String MESSAGES = "META-INF/wakeful/messages";
    private static final String SURROUNDINGS = "META-INF/wakeful/surroundings";

    private final Path file;
    private final @Nullable Path jar;

    private final boolean async;

    ProgramCache(Path file, boolean async) throws IOException {
        this.file = file;
        this.async = async;
        String folder = System.getProperty("wakeful.cache");
        this.jar = folder == null
                ? null
                : Path.of(folder, sha256(file.toRealPath().toString().getBytes(StandardCharsets.UTF_8)) + ".jar");
    }

    /// The program that an earlier call compiled, or `null` when there is none that is still good.
    @Nullable
    Program find() {
        if (jar == null || !Files.isReadable(jar)) {
            return null;
        }
        try (JarFile open = new JarFile(jar.toFile())) {
            boolean good = text(open, SURROUNDINGS).equals(surroundings())
                    && text(open, SOURCES).lines().allMatch(ProgramCache::isUnchanged);
            return good ? new Program(file, jar, text(open, TYPES).lines().toList(), text(open, MESSAGES)) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /// Keeps a program, and gives the jar that it is in.
    Path store(Path classes, Set<Path> sources, List<String> types, String messages) throws IOException {
        Path folder = jar == null ? null : jar.getParent();
        if (jar != null && folder != null) {
            try {
                Files.createDirectories(folder);
                Path beside = Files.createTempFile(folder, "new", ".jar");
                write(beside, classes, sources, types, messages);
                return Files.move(beside, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                // no cache, then
            }
        }
        Path temporary = Files.createTempFile("wakeful-", ".jar");
        temporary.toFile().deleteOnExit();
        write(temporary, classes, sources, types, messages);
        return temporary;
    }

    private void write(Path jar, Path classes, Set<Path> sources, List<String> types, String messages)
            throws IOException {
        StringBuilder hashes = new StringBuilder();
        for (Path source : sources) {
            hashes.append(sha256(Files.readAllBytes(source)))
                    .append(' ')
                    .append(source)
                    .append('\n');
        }
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> tree = Files.walk(classes)) {
            zip.setLevel(1);
            put(zip, SURROUNDINGS, surroundings().getBytes(StandardCharsets.UTF_8));
            put(zip, SOURCES, hashes.toString().getBytes(StandardCharsets.UTF_8));
            put(zip, TYPES, String.join("\n", types).getBytes(StandardCharsets.UTF_8));
            put(zip, MESSAGES, messages.getBytes(StandardCharsets.UTF_8));
            for (Path path : tree.filter(Files::isRegularFile).sorted().toList()) {
                put(
                        zip,
                        classes.relativize(path).toString().replace(File.separatorChar, '/'),
                        Files.readAllBytes(path));
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static String text(JarFile jar, String name) throws IOException {
        ZipEntry entry = jar.getEntry(name);
        if (entry == null) {
            throw new IOException("no " + name);
        }
        try (var in = jar.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean isUnchanged(String line) {
        int space = line.indexOf(' ');
        try {
            return sha256(Files.readAllBytes(Path.of(line.substring(space + 1))))
                    .equals(line.substring(0, space));
        } catch (IOException e) {
            return false;
        }
    }

    /// The JDK, whether blocks are compiled, and each part of the class path with its size and time.
    private String surroundings() throws IOException {
        StringBuilder text = new StringBuilder(Runtime.version().toString());
        text.append(async ? "\n" : " without the async compiler\n");
        for (String name : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path part = Path.of(name);
            if (Files.exists(part)) {
                BasicFileAttributes attributes = Files.readAttributes(part, BasicFileAttributes.class);
                text.append(name).append(' ').append(attributes.size());
                text.append(' ')
                        .append(attributes.lastModifiedTime().toMillis())
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

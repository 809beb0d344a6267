// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A listening socket of an [NioDriver].
final class NioListener extends NioSocket<ServerSocketChannel> implements ListenerIo {
    private final SocketAddress address;

    NioListener(NioDriver driver, ServerSocketChannel channel) throws IOException {
        super(driver, channel, new Readiness("accept", true), new Readiness("write", false));
        this.address = channel.getLocalAddress();
    }

    @Override
    public @Nullable StreamIo pollAccept(Context cx) throws IOException {
        driver.checkOpen(this);
        while (true) {
            int seen = read.observe();
            if (Readiness.isReady(seen)) {
                SocketChannel accepted = channel.accept();
                if (accepted != null) {
                    read.forget();
                    return NioStream.accepted(driver, accepted);
                }
                read.clear(seen);
            }
            if (waits(read, cx)) {
                return null;
            }
        }
    }

    @Override
    public void forgetAccept() {
        read.forget();
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    int readOps() {
        return SelectionKey.OP_ACCEPT;
    }

    @Override
    int writeOps() {
        return 0;
    }

    @Override
    public String toString() {
        return "TcpListener[" + text(address) + "]";
    }
}

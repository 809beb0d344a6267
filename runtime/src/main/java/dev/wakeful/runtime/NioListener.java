// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.runtime;

import dev.wakeful.Context;
import dev.wakeful.spi.ListenerIo;
import dev.wakeful.spi.StreamIo;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A listening socket of an [NioDriver].
final class NioListener extends NioSocket implements ListenerIo {
    private final ServerSocketChannel channel;
    private final SocketAddress address;

    NioListener(NioDriver driver, ServerSocketChannel channel) throws IOException {
        super(driver, new Readiness("accept", true), new Readiness("write", false));
        this.channel = channel;
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
                continue;
            }
            read.register(cx, this);
            if (read.arm()) {
                update(read);
            }
            if (!Readiness.isReady(read.observe())) {
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
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        closedByTask();
    }

    @Override
    SelectableChannel channel() {
        return channel;
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
        return "TcpListener[" + NioStream.text(address) + "]";
    }
}

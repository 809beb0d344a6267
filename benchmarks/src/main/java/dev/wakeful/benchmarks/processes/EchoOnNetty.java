// SPDX-License-Identifier: Apache-2.0
package dev.wakeful.benchmarks.processes;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Netty's echo example on one event loop: the portable transport, or its own for Linux.
final class EchoOnNetty {
    private EchoOnNetty() {}

    static void start(boolean epoll) throws InterruptedException {
        EventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Channel listener = new ServerBootstrap()
                .group(loop)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Echo())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        EchoServer.listening(((InetSocketAddress) listener.localAddress()).getPort());
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext cx, Object message) {
            var _ = cx.write(message, cx.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext cx) {
            cx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext cx, Throwable cause) {
            var _ = cx.close();
        }
    }
}

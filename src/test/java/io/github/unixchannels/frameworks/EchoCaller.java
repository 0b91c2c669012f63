// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.frameworks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** Sends texts in bursts, the next when the one before has come back. Its state is the event loop's. */
final class EchoCaller extends SimpleChannelInboundHandler<ByteBuf> {

    private static final int BURST = 3;

    private final boolean messages;
    private final Deque<String> expected = new ArrayDeque<>();
    private final StringBuilder received = new StringBuilder();
    private int sent;
    private int roundsLeft;
    private CompletableFuture<Void> done;

    /** If it is of messages, each text is to come back as one. */
    EchoCaller(boolean messages) {
        this.messages = messages;
    }

    /** Exchanges this many bursts. */
    CompletableFuture<Void> exchange(ChannelHandlerContext context, int rounds) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        context.executor().execute(() -> {
            done = result;
            roundsLeft = rounds;
            send(context);
        });
        return result;
    }

    private void send(ChannelHandlerContext context) {
        roundsLeft--;
        for (int i = 0; i < BURST; i++) {
            String text = "text " + sent++ + ";";
            expected.add(text);
            context.writeAndFlush(Unpooled.copiedBuffer(text, US_ASCII));
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf read) {
        received.append(read.toString(US_ASCII));
        if (messages) {
            take(expected.remove());
        } else {
            String all = String.join("", expected);
            if (received.length() < all.length()) {
                return;
            }
            expected.clear();
            take(all);
        }
        if (expected.isEmpty()) {
            if (roundsLeft > 0) {
                send(context);
            } else {
                done.complete(null);
            }
        }
    }

    private void take(String text) {
        if (!received.toString().equals(text)) {
            done.completeExceptionally(new AssertionError("expected " + text + ", but received " + received));
        }
        received.setLength(0);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        done.completeExceptionally(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (done != null) {
            done.completeExceptionally(new AssertionError("the connection ended"));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterInfo;

/** Fails a class of rules for a provider that leaves descriptors or threads over, when all tests of the class have run on it. */
final class LeakCheck implements BeforeClassTemplateInvocationCallback, AfterClassTemplateInvocationCallback {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakCheck.class);

    /** A configuration parameter: how many seconds what was left over may take to end, or 5. Only a provider that leaks waits for it. */
    private static final String PATIENCE = "contract.patience.seconds";

    @Override
    public void beforeClassTemplateInvocation(ExtensionContext context) throws IOException {
        ProviderUnderTest provider = provider(context);
        context.getRoot().getStore(NAMESPACE).computeIfAbsent(provider.name(), name -> openedWhatIsKept(provider));
        context.getStore(NAMESPACE).put(LeftOver.class, LeftOver.now());
    }

    /** On a thread of its own, because a broken provider may hang; that it is broken is for the rules to say. */
    private static boolean openedWhatIsKept(ProviderUnderTest provider) {
        BackgroundCall<Void> opening = BackgroundCall.start(() -> {
            // A test of any provider may compare it with the Java platform, which keeps a descriptor once it has closed a Unix socket.
            SocketChannel.open(StandardProtocolFamily.UNIX).close();
            provider.openWhatIsKept();
            return null;
        });
        try {
            opening.result();
            return true;
        } catch (Exception | AssertionError e) {
            return false;
        }
    }

    @Override
    public void afterClassTemplateInvocation(ExtensionContext context) throws IOException {
        LeftOver before = context.getStore(NAMESPACE).get(LeftOver.class, LeftOver.class);
        try {
            int seconds = context.getConfigurationParameter(PATIENCE, Integer::valueOf).orElse(5);
            BackgroundCall.soon().atMost(Duration.ofSeconds(seconds)).until(() -> LeftOver.now().since(before).isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new LeftOverError(provider(context), context.getRequiredTestClass(), LeftOver.now().since(before));
        }
    }

    private static ProviderUnderTest provider(ExtensionContext context) {
        return ParameterInfo.get(context).getArguments().get(0, ProviderUnderTest.class);
    }
}

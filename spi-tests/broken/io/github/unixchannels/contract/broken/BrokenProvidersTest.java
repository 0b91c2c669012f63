// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.broken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite is tested by providers that are broken on purpose: each fails the rules that it breaks, and no other. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrokenProvidersTest {

    /** For the others, whose rules all end: none of this is spent. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** For a provider that lets a rule wait in vain: all of this is spent, and no other rule of its class may need as much. */
    private static final Duration SHORT = Duration.ofSeconds(5);

    /** The classes whose rules have a letter. */
    private static final Map<Character, String> CLASSES = Map.of(
            's', "Selector\\w+",
            'k', "Registration|Key\\w+|SelectionKey",
            'c', "Argument|Channel\\w+|Connect|Transfer|ScatterGather|HalfClose|Readiness|AsynchronousClose|Server|Option",
            'q', "Message",
            'a', "Passing\\w+");

    @BeforeAll
    static void requireClassPath() {
        assumeTrue(System.getProperty("contract.module", "").isEmpty(), "these providers are in no named module");
    }

    static Stream<Arguments> brokenProviders() {
        return Stream.of(
                breaks(BrokenSelections.CountedWakeups.class, "s41"),
                breaks(BrokenSelections.ZeroTimeoutIsOver.class, "s13"),
                breaks(BrokenSelections.SwallowedInterrupt.class, "s47"),
                breaks(BrokenSelections.ActionSeesSelectedKeys.class, "s30"),
                breaks(BrokenCounts.ForgottenSelectedKeys.class, "s17", "s18", "s19", "s24", "s31", "s36"),
                breaks(BrokenCounts.ReplacedReadySet.class, "s19"),
                breaks(BrokenCounts.SelectedKeysCountAgain.class, "s17", "s18", "s24"),
                breaks(BrokenCounts.KeysAfterClose.class, "s10"),
                breaks(BrokenKeys.HangUpCancelsKey.class, "s23", "c63", "c64", "c67", "c116"),
                breaks(BrokenKeys.HangUpWithoutInterest.class, "s23"),
                breaks(BrokenKeys.RegisteringEndsSelection.class, "s51", "s55"),
                breaks(BrokenKeys.ReadySetOfCancelledKey.class, "k21"),
                breaks(BrokenCloses.ReleasedBeforeTheFlush.class, "k28", "k32"),
                breaks(BrokenCloses.AsynchronousCloseOfClosedChannel.class, "c08", "c115"),
                breaks(BrokenReads.NoRoomIsTheEnd.class, "c39"),
                breaks(BrokenReads.ResetIsRaisedOnce.class, "c61"),
                breaks(BrokenReads.LostTail.class, "q04", "q10"),
                breaks(BrokenWrites.GatheringStopsEarly.class, "c49"),
                breaks(BrokenWrites.ShortBlockingWrite.class, "c46", "c50", "c120"),
                breaks(BrokenWrites.PositionMovesTooFar.class, "c47"),
                breaks(BrokenWrites.RefusedStaysOpen.class, "c27", "c29"),
                breaks(BrokenWrites.AcceptedInTheServersMode.class, "c91"));
    }

    static Stream<Arguments> brokenPassing() {
        return Stream.of(
                breaks(BrokenSends.SentAgain.class, "a06", "a15", "a37", "a54", "a55"),
                breaks(BrokenSends.LostWithoutRoom.class, "a09", "a57"),
                breaks(BrokenSends.KeptByFailure.class, "a08", "a37", "a44", "a46", "a48", "a49", "a50", "a52", "a54"),
                breaks(BrokenSends.SentWithout.class, "a08"),
                breaks(BrokenOwnership.LeakedByTheNext.class, "a15", "a16", "a17"),
                breaks(BrokenOwnership.LeakedByClear.class, "a15", "a18", "a19"),
                breaks(BrokenOwnership.CarriedOver.class, "a06", "a15", "a16", "a17", "a25", "a32", "a33"),
                breaks(BrokenOwnership.KeptByRead.class, "a21", "a40"),
                breaks(BrokenOwnership.LeakedWhereCut.class, "a03", "a15", "a36"),
                breaks(BrokenOwnership.NotCloseOnExec.class, "a04"),
                breaks(BrokenReceptions.EmptyIsTheEnd.class, "a11", "a26"),
                breaks(BrokenReceptions.EndIsEmpty.class, "a27", "a51"),
                breaks(BrokenReceptions.HiddenTruncation.class, "a25", "a29"),
                breaks(BrokenReceptions.NobodySent.class, "a31"),
                breaks(BrokenReceptions.BeyondDescriptors.class, "a02", "a13"),
                breaks(BrokenReceptions.StaleCredentials.class, "a35"));
    }

    @AfterAll
    static void endWhatWasLeaked() throws IOException {
        BrokenOwnership.end();
    }

    private static Arguments breaks(Class<? extends Facade> provider, String... rules) {
        return arguments(Named.of(provider.getSimpleName(), provider), Set.of(rules));
    }

    /** A hang-up takes no operation out of the facade's ready sets, whatever the JDK's selector does with its own. */
    static Stream<Arguments> faithfulProviders() {
        return Stream.of(breaks(Faithful.Stream.class, "c116"), breaks(Faithful.Messages.class));
    }

    /** Of the suite all, but what the course of a selection shows of the selector's own code. */
    @ParameterizedTest
    @MethodSource("faithfulProviders")
    void aFaithfulFacadeFailsNoRuleThatTheProviderBehindItKeeps(Class<? extends Facade> provider, Set<String> rules) {
        SuiteRun run = SuiteRun.of(provider, "(?!SelectionCourse)\\w+", PATIENCE);
        assertFailed(rules, run);
        assertTrue(run.passed().size() > 200, () -> "only these passed: " + run.passed());
    }

    /** Of the suite, the classes that have rules of the letters of those it breaks. */
    @ParameterizedTest
    @MethodSource({"brokenProviders", "brokenPassing"})
    void aBrokenProviderFailsTheRulesThatItBreaksAndNoOther(Class<? extends Facade> provider, Set<String> rules) {
        assertFailed(rules, SuiteRun.of(provider, classesOf(rules), PATIENCE));
    }

    @Test
    void aRuleThatWaitsInVainFailsByItsTimeout() {
        SuiteRun run = SuiteRun.of(BrokenCloses.PeerIsNotTold.class, "SelectionKey", SHORT);
        assertFailed(Set.of("k27"), run);
        assertInstanceOf(TimeoutException.class, run.failures().get("k27"));
    }

    @Test
    void aProviderThatHangsFailsItsRuleByTimeoutAndTheNextOnesRun() {
        try {
            SuiteRun run = SuiteRun.of(BrokenReads.NeverReturns.class, "Readiness", SHORT);
            assertEquals(Set.of("c67"), run.failedRules(), "the thread that hangs is told as well, of the class");
            assertEquals(2, run.failures().size(), () -> "failures: " + run.failures());
            assertInstanceOf(TimeoutException.class, run.failures().get("c67"));
            List<String> next = run.finished().subList(1 + run.finished().indexOf("c67"), run.finished().size());
            assertTrue(run.passed().stream().anyMatch(next::contains), () -> "no rule passed after that which hung: " + run.finished());
        } finally {
            BrokenReads.NeverReturns.letGo();
        }
    }

    private static String classesOf(Set<String> rules) {
        return rules.stream().map(rule -> CLASSES.get(rule.charAt(0))).distinct().collect(Collectors.joining("|"));
    }

    private static void assertFailed(Set<String> expected, SuiteRun run) {
        if (!run.failures().keySet().equals(expected)) {
            throw run.error("expected to fail: " + new TreeSet<>(expected) + ", failed: " + run.failures().keySet());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import io.github.unixchannels.contract.Capability;
import io.github.unixchannels.contract.Contract;
import io.github.unixchannels.contract.Requires;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A rule of docs/contract.md and its test.
 *
 * @param number as {@code S7}
 * @param from where it comes from
 * @param kind what kind of channel it is about
 * @param test the method that tests it
 */
record Rule(String number, String sentence, String from, Capability kind, Method test) {

    private static final Pattern CLASS = Pattern.compile("`(\\w+Contract)`");
    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d+) \\| (.*) \\| (\\w+) \\|");
    private static final Pattern TEST = Pattern.compile("([a-z])0*(\\d+)_.*");

    /** The rules that the suite tests, in the page's order. */
    static List<Rule> read(Path page, String contractPackage) throws IOException, ClassNotFoundException {
        List<Rule> rules = new ArrayList<>();
        Map<String, Method> tests = Map.of();
        for (String line : Files.readAllLines(page)) {
            Matcher heading = CLASS.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                tests = tests(Class.forName(contractPackage + "." + heading.group(1)));
            } else if (row.matches() && tests.containsKey(row.group(1))) {
                Method test = tests.get(row.group(1));
                Capability kind = test.getDeclaringClass().getAnnotation(Contract.class).value();
                rules.add(new Rule(row.group(1), row.group(2), row.group(3), kind, test));
            }
        }
        return rules;
    }

    /** The test methods by the numbers they begin with. */
    private static Map<String, Method> tests(Class<?> type) {
        Map<String, Method> tests = new HashMap<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .forEach(method -> tests.put(number(method.getName()), method));
        return tests;
    }

    /** What a provider must be capable of besides. */
    List<Capability> required() {
        return Stream.<AnnotatedElement>of(test, test.getDeclaringClass())
                .filter(element -> element.isAnnotationPresent(Requires.class))
                .flatMap(element -> Arrays.stream(element.getAnnotation(Requires.class).value()))
                .toList();
    }

    private static String number(String test) {
        Matcher matcher = TEST.matcher(test);
        if (!matcher.matches()) {
            throw new IllegalStateException("no number: " + test);
        }
        return matcher.group(1).toUpperCase(Locale.ROOT) + matcher.group(2);
    }
}

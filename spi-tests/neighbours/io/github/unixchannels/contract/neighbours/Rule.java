// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.contract.neighbours;

import java.io.IOException;
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
import org.junit.jupiter.api.Test;

/**
 * A rule of docs/contract.md and its test.
 *
 * @param number as {@code S7}
 * @param from where it comes from
 * @param type the class that tests it
 * @param test the method
 */
record Rule(String number, String sentence, String from, String type, String test) {

    private static final Pattern CLASS = Pattern.compile("`(\\w+Contract)`");
    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d+) \\| (.*) \\| (\\w+) \\|");
    private static final Pattern TEST = Pattern.compile("([a-z])0*(\\d+)_.*");

    /** The rules that the suite tests, in the page's order. */
    static List<Rule> read(Path page, String contractPackage) throws IOException, ClassNotFoundException {
        List<Rule> rules = new ArrayList<>();
        String type = "";
        Map<String, String> tests = Map.of();
        for (String line : Files.readAllLines(page)) {
            Matcher heading = CLASS.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                type = contractPackage + "." + heading.group(1);
                tests = tests(Class.forName(type));
            } else if (row.matches() && tests.containsKey(row.group(1))) {
                rules.add(new Rule(row.group(1), row.group(2), row.group(3), type, tests.get(row.group(1))));
            }
        }
        return rules;
    }

    /** The names of test methods by the numbers they begin with. */
    private static Map<String, String> tests(Class<?> type) {
        Map<String, String> tests = new HashMap<>();
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .forEach(name -> tests.put(number(name), name));
        return tests;
    }

    private static String number(String test) {
        Matcher matcher = TEST.matcher(test);
        if (!matcher.matches()) {
            throw new IllegalStateException("no number: " + test);
        }
        return matcher.group(1).toUpperCase(Locale.ROOT) + matcher.group(2);
    }
}

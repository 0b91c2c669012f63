// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler;

/** Groups of bars: a group for each thing measured, in it a bar for each library. */
public final class BarChart implements Chart {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;

    private final String name;
    private final String title;
    private final String up;
    private final Set<String> groups = new LinkedHashSet<>();
    private final Map<String, Map<String, Double>> bars = new LinkedHashMap<>();

    /**
     * A chart without bars as yet.
     *
     * @param name of its file
     * @param title what is seen in it
     * @param up what its y axis measures, with the unit
     */
    public BarChart(String name, String title, String up) {
        this.name = name;
        this.title = title;
        this.up = up;
    }

    /** Adds the bar of a library to a group, unless it was not measured. Returns this. */
    public BarChart bar(String group, String library, double height) {
        if (!Double.isNaN(height)) {
            groups.add(group);
            bars.computeIfAbsent(library, key -> new LinkedHashMap<>()).put(group, height);
        }
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean isMeasured() {
        return !bars.isEmpty();
    }

    @Override
    public void draw(Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(up).build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        bars.forEach((library, heights) -> {
            List<Double> ofGroups = new ArrayList<>();
            groups.forEach(group -> ofGroups.add(heights.get(group)));
            chart.addSeries(library, List.copyOf(groups), ofGroups);
        });
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}

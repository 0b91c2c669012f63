// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** A line for each of several things, both axes logarithmic. */
public final class LineChart implements Chart {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;
    private static final float LINE_WIDTH = 2;

    private final String name;
    private final String title;
    private final String across;
    private final String up;
    private final Map<String, Map<Double, Double>> lines = new LinkedHashMap<>();

    /**
     * A chart without lines as yet.
     *
     * @param name of its file
     * @param title what is seen in it
     * @param across what its x axis counts
     * @param up what its y axis measures, with the unit
     */
    public LineChart(String name, String title, String across, String up) {
        this.name = name;
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /** Adds a point to the line of this name, unless it was not measured. Returns this. */
    public LineChart point(String line, double x, double y) {
        if (!Double.isNaN(y)) {
            lines.computeIfAbsent(line, key -> new TreeMap<>()).put(x, y);
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
        return !lines.isEmpty();
    }

    @Override
    public void draw(Path file) throws IOException {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(across).yAxisTitle(up).build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        lines.forEach((line, points) -> chart
                .addSeries(line, points.keySet().stream().mapToDouble(x -> x).toArray(), points.values().stream().mapToDouble(y -> y).toArray())
                .setLineWidth(LINE_WIDTH));
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }
}

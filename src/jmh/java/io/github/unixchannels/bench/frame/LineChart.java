// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** A line for each of several things, both axes logarithmic. */
public final class LineChart implements Chart {

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
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
        Palette palette = new Palette();
        lines.forEach((line, points) -> {
            XYSeries series = new XYSeries(line);
            points.forEach(series::add);
            renderer.setSeriesStroke(data.getSeriesCount(), new BasicStroke(LINE_WIDTH));
            renderer.setSeriesPaint(data.getSeriesCount(), palette.next(line));
            data.addSeries(series);
        });
        XYPlot plot = new XYPlot(data, logarithmic(across), logarithmic(up), renderer);
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        Svg.write(new JFreeChart(title, plot), file);
    }

    private static LogarithmicAxis logarithmic(String label) {
        LogarithmicAxis axis = new LogarithmicAxis(label);
        axis.setNumberFormatOverride(NumberFormat.getIntegerInstance(Locale.ROOT));
        return axis;
    }
}

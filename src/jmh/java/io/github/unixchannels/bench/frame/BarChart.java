// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.data.category.DefaultCategoryDataset;

/** Groups of bars: a group for each thing measured, in it a bar for each library. */
public final class BarChart implements Chart {

    private final String name;
    private final String title;
    private final String up;
    private final DefaultCategoryDataset heights = new DefaultCategoryDataset();

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
            heights.addValue(height, library, group);
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
        return heights.getRowCount() > 0;
    }

    @Override
    public void draw(Path file) throws IOException {
        BarRenderer renderer = new BarRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        Palette palette = new Palette();
        for (int i = 0; i < heights.getRowCount(); i++) {
            renderer.setSeriesPaint(i, palette.next(heights.getRowKey(i).toString()));
        }
        CategoryPlot plot = new CategoryPlot(heights, new CategoryAxis(), new NumberAxis(up), renderer);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        Svg.write(new JFreeChart(title, plot), file);
    }
}

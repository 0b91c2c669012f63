// SPDX-License-Identifier: Apache-2.0
package io.github.unixchannels.bench.frame;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.Plot;

/** Charts as SVG. */
final class Svg {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 520;

    private Svg() {}

    /** Writes a chart of JFreeChart with a white ground. */
    static void write(JFreeChart chart, Path file) throws IOException {
        chart.setBackgroundPaint(Color.WHITE);
        Plot plot = chart.getPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlineVisible(false);
        chart.getLegend().setFrame(BlockBorder.NONE);
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        try (OutputStream out = Files.newOutputStream(file)) {
            new SVGProcessor().getDocument(graphics.getCommands(), new PageSize(WIDTH, HEIGHT)).writeTo(out);
        }
    }
}

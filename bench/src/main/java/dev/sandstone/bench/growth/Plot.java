package dev.sandstone.bench.growth;

import java.util.List;
import java.util.Locale;

/** A curve as a picture: medians joined by lines, least to largest as bars. The axis of costs begins at zero, so flat looks flat. */
final class Plot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int LEFT = 60;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final int STEPS = 5;
    private static final String READ = "#1f6fb4";
    private static final String WRITE = "#c2571a";

    private final Curve curve;
    private final double most;
    private final StringBuilder svg = new StringBuilder();

    private Plot(Curve curve) {
        this.curve = curve;
        double largest = 0;
        for (List<Curve.Spread> line : List.of(curve.reads(), curve.writes())) {
            for (Curve.Spread point : line) {
                largest = Math.max(largest, point.most());
            }
        }
        most = Math.max(STEPS, Math.ceil(largest / STEPS) * STEPS);
    }

    static String svg(Curve curve) {
        return new Plot(curve).draw();
    }

    private String draw() {
        add(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                HEIGHT));
        add(String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT));
        text(WIDTH / 2.0, 20, "middle", "#000000", "CPU us of the target for each command of 4 KiB");
        for (int i = 0; i <= STEPS; i++) {
            double value = most * i / STEPS;
            add(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>",
                    LEFT,
                    y(value),
                    WIDTH - RIGHT,
                    y(value)));
            text(LEFT - 8.0, y(value) + 4, "end", "#000000", String.format(Locale.ROOT, "%.0f", value));
        }
        List<String> labels = curve.labels();
        for (int i = 0; i < labels.size(); i++) {
            text(x(i), HEIGHT - BOTTOM + 18.0, "middle", "#000000", labels.get(i));
        }
        text(WIDTH / 2.0, HEIGHT - 10.0, "middle", "#000000", curve.title());
        line(curve.reads(), READ);
        line(curve.writes(), WRITE);
        text(LEFT + 10.0, TOP - 4.0, "start", READ, "random read");
        text(LEFT + 100.0, TOP - 4.0, "start", WRITE, "random write");
        return svg.append("</svg>\n").toString();
    }

    private void line(List<Curve.Spread> points, String colour) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            Curve.Spread point = points.get(i);
            path.append(String.format(Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", x(i), y(point.median())));
            add(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"5\" stroke-opacity=\"0.3\"/>",
                    x(i),
                    y(point.least()),
                    x(i),
                    y(point.most()),
                    colour));
            add(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
                    x(i),
                    y(point.median()),
                    colour));
        }
        add(String.format(
                Locale.ROOT, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, colour));
    }

    private void text(double x, double y, String anchor, String colour, String words) {
        add(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
                x,
                y,
                anchor,
                colour,
                words));
    }

    private void add(String element) {
        svg.append(element).append('\n');
    }

    private double x(int index) {
        int points = curve.labels().size();
        return LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / points;
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
    }
}

// Pictures to point at: each SVG of the page becomes a Plotly figure once the page stands and it comes into view.
"use strict";

(() => {
  const source = document.currentScript.dataset.plotly;
  const tones = { curve: "--accent", last: "--last", plan: "--reserve", reserve: "--reserve", up: "--up", down: "--down", muted: "--soft" };
  const shade = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const tone = (name) => shade(tones[name]);
  let library;

  const load = () => library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });

  const faint = (colour) => `${colour}29`; // 16 % of it

  function traces(shape, chart, scale) {
    const hover = `%{x:,.0f} → %{y:,.0f}<extra>${shape.name}</extra>`;
    const common = { name: shape.name, showlegend: false };
    if (shape.kind === "line") {
      return [{ ...common, x: shape.points.map((p) => p[0]), y: shape.points.map((p) => p[1]), mode: "lines",
        line: { color: tone(shape.tone), width: 2.2, dash: shape.is_dashed ? "5px,5px" : "solid" }, hovertemplate: hover }];
    }
    if (shape.kind === "band") {
      const edge = { ...common, mode: "lines", line: { width: 0, color: tone(shape.tone) }, hoverinfo: "skip" };
      const x = shape.points.map((p) => p[0]);
      return [{ ...edge, x, y: shape.points.map((p) => p[1]) },
        { ...edge, x, y: shape.points.map((p) => p[2]), fill: "tonexty", fillcolor: faint(tone(shape.tone)) }];
    }
    if (shape.kind === "dot") {
      return [{ ...common, x: [shape.x], y: [shape.y], mode: "markers",
        marker: shape.tone === "down"
          ? { color: shade("--paper"), size: 8 * scale, line: { color: tone(shape.tone), width: 2.5 * scale } }
          : { color: tone(shape.tone), size: 9 * scale, line: { color: shade("--paper"), width: 1.5 * scale } },
        hovertemplate: `${shape.name}<extra></extra>` }];
    }
    if (shape.kind === "span") {
      return [{ ...common, x: [shape.x, shape.x], y: [shape.low, shape.high], mode: "lines",
        line: { color: faint(tone(shape.tone)), width: 11 * scale }, hovertemplate: `${shape.name}<extra></extra>` }];
    }
    if (shape.kind === "cloud") {
      return [{ ...common, x: shape.points.map((p) => p[0]), y: shape.points.map((p) => p[1]), text: shape.points.map((p) => p[2]),
        mode: "markers", marker: { color: faint(tone(shape.tone)), size: 7 * scale, line: { color: tone(shape.tone), width: 1 } },
        hovertemplate: "%{text}<extra></extra>" }];
    }
    return [{ ...common, x: [shape.x, shape.x], y: [chart.y.low, chart.y.high], mode: "lines",
      line: { color: tone(shape.tone), width: 1, dash: "2px,4px" }, hovertemplate: `${shape.name}<extra></extra>` }];
  }

  const axis = (side) => ({
    range: [side.low, side.high], tickvals: side.ticks.map((t) => t[0]), ticktext: side.ticks.map((t) => t[1]),
    color: shade("--soft"), gridcolor: shade("--faint"), zeroline: false, fixedrange: true,
  });

  function draw(place, Plotly) {
    const chart = JSON.parse(place.querySelector("script").textContent);
    const picture = [...place.querySelectorAll(":scope > svg")].find((svg) => svg.clientWidth) ?? place.firstElementChild;
    const scale = picture.clientWidth / picture.viewBox.baseVal.width || 1; // letters stay as large as they were first sent
    const layout = {
      margin: { l: 52 * scale, r: 12 * scale, t: 10 * scale, b: 26 * scale }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
      font: { family: getComputedStyle(document.body).fontFamily, size: 11 * scale, color: shade("--soft") },
      xaxis: { ...axis(chart.x), showgrid: false, showline: true, linecolor: shade("--line") }, yaxis: axis(chart.y), hovermode: "closest",
      hoverlabel: { bgcolor: shade("--sheet"), bordercolor: shade("--line"), font: { color: shade("--ink") } },
    };
    const canvas = document.createElement("div");
    canvas.className = "plotted";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", chart.said);
    place.append(canvas);
    const config = { displayModeBar: false, responsive: true };
    Plotly.newPlot(canvas, chart.shapes.flatMap((shape) => traces(shape, chart, scale)), layout, config)
      .then(() => place.classList.add("live"));
  }

  function redraw() {
    for (const place of document.querySelectorAll("[data-chart].live")) {
      place.classList.remove("live");
      const old = place.querySelector(".plotted");
      window.Plotly.purge(old);
      old.remove();
      draw(place, window.Plotly);
    }
  }

  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      load().then((Plotly) => draw(target, Plotly));
    }
  }, { rootMargin: "200px" });

  const watch = (root) => { for (const place of root.querySelectorAll("[data-chart]")) seen.observe(place); };
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => watch(document))));
  addEventListener("charts", (event) => watch(event.target));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();

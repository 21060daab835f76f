"""Charts of what came out: as Vega-Lite for frontends, and the same picture as SVG for pages and documents."""

"""引擎: what stands behind a port of the core, one file a tool."""

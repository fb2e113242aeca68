"""Coverage 覆盖: each of the field's systems, whether it works here, and the test that shows it."""

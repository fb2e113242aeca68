"""Tables 表格: rows by column name from any file a catalogue comes in."""

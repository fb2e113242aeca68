"""Tables 桌面表格: what every desk gives out as a file, and takes in row by row."""

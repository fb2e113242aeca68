"""目录: the book of holdings: fonds, records, components and their descriptions."""

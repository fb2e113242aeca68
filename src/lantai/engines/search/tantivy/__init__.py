"""The embedded index 嵌入式检索引擎: Tantivy behind the search port, a module a step.

Records become documents (`documents`, `schema`, `samples`, `years`); a question becomes queries (`queries`,
`terms`, `bounds`, `nearness`), what is asked is decided (`deciding`), and answered (`answers`, `reading`).
"""

"""Search benchmarks 检索基准: relevance on real queries, and time beside a peer."""

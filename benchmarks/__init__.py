"""Benchmarks 基准: every figure beside a peer or a limit doing the same work in the same run."""

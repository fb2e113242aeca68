"""The desk of copies 副本与存储库: stores, policy, carriers, peers, and what is frozen."""

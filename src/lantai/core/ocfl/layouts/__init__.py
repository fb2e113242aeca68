"""布局: where an object lies in its root; one file a registered layout extension."""

"""The truths 三真相: one file each; what lies in this folder is what reconcile compares."""

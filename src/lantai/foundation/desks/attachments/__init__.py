"""Attachments 附件: files that people put to a matter of any desk, kept with their digests."""

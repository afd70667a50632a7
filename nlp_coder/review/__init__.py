"""The local page on which a coder reads, corrects and keeps coded notes, and the store of labels behind it."""

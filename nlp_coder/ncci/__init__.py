"""CMS's quarterly NCCI files: read in the forms CMS publishes, compared with the set in use, kept as rule tables."""

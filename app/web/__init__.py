"""Pages for people who would rather look than read: the same service, in HTML that works without scripts."""

"""The desk, page by page. A package, so that its town is left when its last test is done."""

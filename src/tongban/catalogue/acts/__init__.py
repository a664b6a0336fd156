"""What may be done with the catalogue: publish a folder, or a set of texts."""

from tongban.catalogue.acts.publish import Published, publish, publish_texts

__all__ = ["Published", "publish", "publish_texts"]

"""What may be done with the catalogue: publish a folder, a set of texts, or one policy by itself; withdraw a policy that was published by mistake."""

from tongban.catalogue.acts.policies import publish_policy, withdraw_policy
from tongban.catalogue.acts.publish import Published, hold_publishing, publish, publish_texts

__all__ = ["Published", "hold_publishing", "publish", "publish_policy", "publish_texts", "withdraw_policy"]

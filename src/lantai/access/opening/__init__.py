"""Opening review 开放审核: from what falls due to what is published, and back."""

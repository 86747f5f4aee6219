"""Books hotel rooms safely from a conversation."""

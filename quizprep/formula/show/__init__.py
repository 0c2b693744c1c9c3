"""Tree or prose → a line of Unicode for the screen."""

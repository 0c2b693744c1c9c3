"""quizprep: flashcards that prove their answers."""

__version__ = "0.1.0"

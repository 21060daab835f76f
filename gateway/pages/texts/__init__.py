"""What the pages say, in Indonesian and in English. `{}` are filled in where the sentence is used."""

from gateway.pages.texts import board, citizen, compared, documents, forms, reviews, triage

PARTS = (reviews.TEXTS, forms.TEXTS, citizen.TEXTS, triage.TEXTS, board.TEXTS, compared.TEXTS, documents.TEXTS)
TEXTS: dict[str, tuple[str, str]] = {key: text for part in PARTS for key, text in part.items()}
PHRASES = reviews.PHRASES | compared.PHRASES

"""A classifier as one would first write it: character n-grams and a logistic regression of scikit-learn."""

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

EXAMPLES = {
    "check_availability": ["¿tienen habitación del 3 al 5 de mayo?", "hay sitio para dos personas", "do you have a room free"],
    "greeting": ["hola", "buenos días", "hello there", "olá tudo bem"],
    "ask_price": ["cuánto cuesta", "precio de la doble", "how much is it", "quanto custa"],
    "cancel_reservation": ["quiero cancelar mi reserva", "cancel my booking", "anular la reserva"],
    "ask_policies": ["a qué hora es la salida", "can I bring my dog", "tienen parking", "qual o horário do check-in"],
}


def trained() -> Pipeline:
    texts = [text for told in EXAMPLES.values() for text in told]
    names = [name for name, told in EXAMPLES.items() for _ in told]
    model = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4)), LogisticRegression(max_iter=500, C=20))
    return model.fit(texts, names)

"""
What words are about, whatever the language: synonyms that the classifier may take for one another.

A word belongs to a concept if it is listed or begins with a listed stem (`cancel*`). Words are written as `tokens.fold` leaves them.
"""
# ruff: noqa: E501 - tables of words

from functools import lru_cache

_TABLE = {
    "reserve": "reserv* resev* rezerv* agend* apart* book books bookear* bookea* hold secure anot* marcar marque marca garantir bloquear separar hosped* aloj* "
    "alquil* rent rentar estadia estancia hospedagem stay accommodation reso reservacion acomod* put",
    "mybooking": "reserva reservas reservacion reservaciones booking bookings reservation reservations itinerary localizador voucher",
    "cancel": "cancel* anul* desmarc* desist* scrap revoke undo annul borra borrar borre elimin* suspend* baja deshac* desfaz* arrepent* drop calloff",
    "modify": "modific* modify cambi* change* chang* muda* mude mover mueve muev* move moving mov* edit* corrig* correg* correct reprogram* posterg* aplaz* "
    "adelant* atras* atraz* reagend* remarc* troc* altera* alter adi* antecip* amend* update* actualiz* atualiz* extend* exten* alarg* prolong* acort* encurt* "
    "agreg* anad* acresc* adicion* add adding sum* quit* sac* tirar remov* inclu* push shift postpone reschedul* resched* switch pasar passar correr "
    "upgrade ampli* adjust ajust* fix bring",
    "instead": "instead rather vez lugar mejor melhor prefiero prefiro prefer",
    "available": "disponib* dispon* availab* avail* dispo vacan* vaga vagas libre* libres livre* free hueco cupo* vacante* sitio space left queda quedan sobrando sobra "
    "plazas open taken full lotad* complet* lleno ocupad* busc* procur* looking beds camas lugar lugares espacio",
    "price": "precio* preco* price* pric* cost* cuest* cuesta vale valen valor* tarif* rate rates charge charges cobra* cobran sale salen saldria sai custa* "
    "cotiz* cotac* presupuest* orcament* quote quotes tariff fee diaria diarias cheap* barat* caro cara expensive econom* pric fica ficaria pago pagaria "
    "total estimate much",
    "howmuch": "cuanto cuanta cuantos cuantas cto quanto quanta quantos qto much",
    "discount": "descuent* descont* discount* promo* promoc* oferta* offer* deal* pacote* paquete* rebaja* jubilad* aposent* student* estudiant* senior* vip special",
    "room": "habitac* habitas* abitac* hab habs cuarto cuartos pieza piezas quarto quartos room rooms rm bedroom* dormitori* recamara* apartament* apto aposento",
    "kind": "doble* double* dupl* tripl* triple* suite* suit individual* single* twin* famil* matrimonial* queen king deluxe superior standard estandar "
    "simples sencilla* quad* cuadrupl* casal solteiro",
    "photo": "foto* photo* imag* picture* pics video* ver see show mostr* muestr* ensen* look",
    "types": "tipo* type* kind kinds clase* categor* sort opciones opcoes options diferenc* differ* describ* descrev* descrip* cama camas bed beds balcon* varanda "
    "balcon* vista* view* capacidad* capacid* metros tamano size bathtub banera banheira caben cabem entran sleep fit jacuzzi hidromassagem",
    "status": "estado status situac* confirmacion confirmac* confirmation comprobante verific* chequear checar corrobor* conferir check checking confirmad* llego "
    "recib* receb* receive* received through registrad* figura aparece encontr* lookup record* recuerd* resend reenvi* reencaminh* track",
    "checkin": "checkin check-in ingreso ingresar entrada registr* register registro registration recepcion reception recepcao desk early temprano "
    "cedo",
    "arrive": "llego llegar llegamos llegada lleg* arrive* arriv* arrival chego chegar chegamos chegada cheg* land lands landing aterriza vuelo flight voo "
    "puerta door porta",
    "checkout": "checkout check-out salida saida salir sair dejar desocup* vacate leave leaving irme irnos deixar entregar egreso encerrar kick marcho",
    "key": "llave llaves chave chaves key keys card",
    "late": "late later tarde tardia tardio mas longer rato ratito after despues depois afternoon noon mediodia",
    "hour": "hora horas horario horarios time hs quando cuando when until deadline hrs",
    "amenity": "pileta piscina alberca pool pools swim swimming nadar wifi wi-fi internet desayun* breakfast cafe parking park estacion* aparcar aparcamiento cochera garagem garage "
    "gimnasio gym academia ginasio fitness spa sauna restaurant* bar jacuzzi lavander* laundry ascensor elevador elevator lift aire ac air climatiz* aquecid* heated "
    "terraza terrace jardin garden shuttle transfer traslado* translado* buffet menu comida cena dinner lunch almuerzo almoco jantar servem sirven serve cuna kettle heladera frigobar minibar "
    "secador hairdryer caja cofre safe tv tele television calefacc* heating servicios servicos facilities amenities instalac* actividad* atividad* clave "
    "senha password charger bicicletas bikes quincho parrilla",
    "included": "inclu* included gratis gratuito gratuita grati* complimentary incluso",
    "where": "donde dnd onde where whereabouts ubic* ubi localiz* located location direccion direcc* direct* address endereco morada mapa map maps coordenad* barrio barri* bairro "
    "zona neighbo* area calle rua street queda ficam district colonia coloni*",
    "distance": "lejos cerca longe perto far near close distancia distance cuadras minutos walk walking caminando pie caminhar andando kilometros km tarda demora",
    "place": "playa praia beach centro center centre downtown aeropuerto aeroporto airport estacion station terminal rodoviaria metro subte mar sea plaza museo stadium estadio",
    "transport": "bus buses colectivo autobus onibus tren train trem metro auto coche carro car transporte",
    "pet": "mascota* perr* gato* gata pet pets dog dogs cat cats cachorr* animal* labrador perrito caes",
    "smoke": "fum* smok* cigar* vap* vape",
    "rules": "politic* polic* regla* regra* rule* norma* permit* permiti* allow* admit* acept* aceit* accept prohib* proib* welcome ok condicion* condic* terms minim* minimum "
    "edad idade age reembols* refund* penal* multa penalty fee devuelv* devolv* anticipac* anteced* visita* visitor* fiesta party edad mayor menor minor curfew",
    "if": "si se if",
    "pay": "pag* pay pays paying payment* paid abon* cuota* cuotas parcel* transfer* tarjet* cartao cartoes card cards efectivo cash dinheiro visa mastercard amex paypal pix bizum "
    "debito credito debit credit deposit* sena sinal anticipo adelanto caucao factur* fatura nota invoice* receipt* recibo comprobante cbu iban alias link bank banco "
    "charged charge cobro cargo impuesto* impost* tax taxes iva vat upfront dividir split garant* boleto",
    "bring": "tra* traer traes traigan trae traz trazer bring bringing send mand* manden subir suban envi* alcanz* deliver get lend acerc* consig* falta faltan need missing extra more "
    "mas mais otra another",
    "item": "toalla* toalha* towel* almohad* travess* pillow* manta* frazada* cobij* cobertor* blanket* sabana* lencois sheets jabon sabonete soap champu shampoo papel paper plancha iron "
    "percha* hanger* vaso* glass* copos cuna crib cot botella bottle garrafa hielo ice gelo agua water vino wine vinho cafe coffee sandwich pizza hamburg* cubiertos adaptador adapter "
    "almofad* slippers toothbrush pantuflas",
    "clean": "limp* clean* housekeep* orden* arrum* tidy linen",
    "order": "pedir order ordering llam* llamen call chama* taxi taxis uber remis cab despert* wake acord* masaj* massag* guardar guardan store keep equipaje valija* maleta* luggage bags bagag* malas",
    "broken": "funcion* anda prende enciende enfria calienta roto rota rot* romp* quebr* broken break working works averiad* descompuest* tapad* entupid* clog* gotea pinga* leak* vaz* "
    "drip* defect* defeito dropping stuck trab* esquenta liga",
    "dirty": "suci* suj* dirty filthy asqueros* nojent* imund* disgust* mugr* inmund* bicho* cucarach* barata* bug bugs ants hormig* cockroach* pelos hair hairs mancha* stain* moho mofo mold "
    "humedad chinch* bedbugs rata mouse",
    "noise": "ruid* noise* noisy barulh* loud gritan shout* musica music vecinos vizinhos neighbours neighbors dormir sleep",
    "smell": "olor huele cheiro cheira smell* stink* apesta espantos* horrible horrivel horri* awful pesim* pessim* terribl* desastre disaster verguenza vergonha worst peor pior "
    "inaceptab* inaceit* unaccept* insoport* insuport* useless rude groser* grosseir* maleducad* unhappy decepc* disappoint* indigna* furious upset annoyed mala absurd*",
    "complain": "quej* reclam* complain* complaint* queix* denunci*",
    "wait": "esperando waiting esperar llevo llevamos",
    "nohot": "caliente quente hot luz electric* power energia",
    "human": "person* pessoa humano humana human humans ser alguien alguem someone somebody anybody anyone agente agent operador* operator asesor representante representative gerente manager "
    "encargad* responsable responsavel recepcionista supervisor atendente staff dueno dono owner empleado funcionario gente director charge jefe",
    "talk": "habl* fal* falar talk* speak* chat* convers* comunic* charlar contactar transfer* pasame passa connect* llam* llam* ring phone telefon* liga ligar ligue atiend* atend* call",
    "bot": "bot bots robot robo maquina machine computer ai ia automatic*",
    "help": "ayud* ajud* help* orient* explic* explain* guia* guide instruc* entiend* entend* understand confus* perdid* lost mano mao hand maozinha clue",
    "how": "como how",
    "what": "que what qual cual cuales quais which",
    "who": "quien quienes quem who whose",
    "hello": "hola ola oi hi hello hey buenas buenos saludos greetings hiya howdy bom boa morning evening",
    "bye": "adios chau chao bye goodbye tchau luego pronto mas despid* abrazo abraco abracos farewell catch cya",
    "thanks": "gracias obrigad* thank* thx agradec* agradez* grato cheers valeu appreciate* obliged brigad*",
    "yes": "si sim yes yeah yep yup sure ok okay oka vale dale va claro perfect* perfeit* correct* certo confirm* acuerdo acordo agree* great fine aceit* acepto adelante proced* listo fech* combinado "
    "hecho deal good bien bem sip",
    "no": "no nao not don't nope nah nunca never tampoco ningun* nenhum* none neither negativo",
    "yet": "todavia aun ainda yet pienso pensar think pens* consult* charlo luego",
    "want": "quier* quis* quer* want* wanna need* necesit* precis* desead* dese* gustaria gostaria like love would queria",
    "can": "pued* pod* posso pode can could may possible posible possivel sepuede",
    "have": "ten* hay tem ha have has got there habr* dispon*",
    "person": "adult* nino* ninos nina kids kid child* crianca* bebe* baby pareja couple casal pax personas pessoas people guests friends amigos",
    "night": "noche* noite* night* nite* semana* week* dias days dia",
    "doc": "document* dni pasaporte passport id papeles papers documento",
    "weather": "clima tiempo tempo weather forecast pronostic* previsao rain llover llueve chover lluvia nevar snow sunny sol temperatura temperature",
    "sport": "futbol futebol football boca river messi mundial copa partido jogo match game equipo team liga gol flamengo corinthians",
    "money": "dolar dollar* bitcoin* cripto* crypto* acciones acoes stocks exchange prestamo emprest* loan* inflac*",
    "fun": "chiste* piada* joke* cuento historia story poema* poem* cancion* song* sing cant* pelicula* movie* filme serie* series libro* book receta* recipe* receita* cocin* cook* "
    "juego* games riddle adivin* gracioso toca tocame",
    "school": "tarea homework licao deber* ensayo essay redacao prova examen exam matemat* math* quimica chemistry historia physics fisica programa* codigo code python java calcul* traduc* translate "
    "capital presidente president gobierno governo guerra war revolucion invent* descubr* descobr* inventor elecc* elect* eleic* politica politics",
    "inject": "ignor* olvid* forget disregard override overrid* instruc* prompt* sistema system admin* root desarrollador developer developers hacker* hack* finge finja pretend* actua act "
    "rol role revel* reveal* secret* jailbreak desactiv* disable database datos base guests' otros otro acceso access huespedes hospedes records regras reglas rules mode modo",
    "private": "amas amor love novia novio girlfriend boyfriend casad* married single soltera linda bonita dios god feelings sientes edad religios* fantasma* signo horosc* zodiac*",
    "trade": "vendo vende* vender sell selling compro comprar buy buying ofrezco ofereco seguro* insurance seo marketing moto carro used trabajo job emprego",
}  # fmt: skip
_SHORTEST_STEM, _LONGEST_STEM = 3, 10


def _read() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    words: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for concept, forms in _TABLE.items():
        for form in forms.split():
            table, key = (stems, form[:-1]) if form.endswith("*") else (words, form)
            if concept not in table.setdefault(key, []):
                table[key].append(concept)
    return {key: tuple(found) for key, found in words.items()}, {key: tuple(found) for key, found in stems.items()}


_WORDS, _STEMS = _read()


@lru_cache(maxsize=4_096)
def concepts_of(word: str) -> tuple[str, ...]:
    """Return the concepts of *word*, none for a word about nothing known."""
    found = list(_WORDS.get(word, ()))
    for length in range(_SHORTEST_STEM, min(_LONGEST_STEM, len(word)) + 1):
        found += _STEMS.get(word[:length], ())
    return tuple(dict.fromkeys(found))

"""Sentences to say and to listen to: everyday speech, rich in lips, in sibilants, in vowels. Our own."""

SENTENCES = (
    "Happy people keep a paper cup upon a copper table.",
    "My mother made me a warm meal before I went to the museum.",
    "She saw six ships sail across the sea on a sunny morning.",
    "Five very fine fellows finally found the village over the river.",
    "Who would choose blue shoes to go with a rose coat?",
    "The bank opens at nine. Please bring both papers, and a pen that works.",
    "I never thought that we would watch the boats come home again.",
    "Go and get the big garden chair out of the back of the car.",
)

# languages that our network of mouth shapes never heard (training/speakers.py)
ELSEWHERE = {
    "it": (
        "Mia mamma prepara il pane ogni sabato mattina.",
        "Il bambino ha perso la palla rossa vicino al ponte.",
        "Prima di partire abbiamo bevuto un caffè al bar.",
        "Il fiume attraversa la pianura e poi arriva al mare.",
        "Sette gabbiani bianchi volavano sopra la barca.",
        "Non so se domani potremo vedere la montagna.",
    ),
    "hi": (
        "मेरी माँ हर सुबह गरम चाय बनाती है।",
        "बच्चे बगीचे में गेंद से खेल रहे हैं।",
        "हम अगले महीने पहाड़ों पर घूमने जाएँगे।",
        "पुराना पुल बारिश में बह गया था।",
        "कृपया अपना नाम और पता यहाँ लिखिए।",
        "मुझे आम और पपीता बहुत पसंद हैं।",
    ),
    "tr": (
        "Annem her sabah bize taze ekmek pişirir.",
        "Pazar günü bahçede büyük bir masa kurduk.",
        "Küçük kedi pencerenin önünde uyuyor, biz de bakıyoruz.",
        "Babam vapurla karşıya geçip balık aldı.",
    ),
    "sv": (
        "Min mamma bakar bröd varje söndag morgon.",
        "På sommaren badar vi i sjön bakom huset.",
        "Bussen till staden kommer om fem minuter.",
        "Pappa målar båten blå och vit på våren.",
    ),
    "sw": (
        "Mama yangu anapika chakula kizuri kila siku.",
        "Watoto wanacheza mpira karibu na bahari.",
        "Tafadhali funga mlango kabla ya kuondoka.",
        "Baba amepanda basi kwenda mjini kununua vitabu.",
    ),
    "ko": (
        "어머니는 매일 아침 빵을 굽습니다.",
        "비가 오면 우리는 집에서 책을 봅니다.",
        "바다 앞에 작은 배가 많이 있습니다.",
        "아버지는 밤에 편지를 부쳤습니다.",
    ),
}

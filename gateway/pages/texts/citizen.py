"""What the citizen's pages say, in plain words."""

TEXTS: dict[str, tuple[str, str]] = {
    "nav.receipt": ("Cek aspirasi", "Follow an aspiration"),
    "receipt.title": ("Cek aspirasi Anda", "What became of your aspiration"),
    "receipt.lead": (
        "Setelah menjawab kuesioner, Anda menerima kode tanda terima. Dengan kode itu Anda dapat melihat apa yang "
        "terjadi dengan permintaan Anda. Tidak perlu akun.",
        "After answering the questionnaire you were given a receipt code. With it you can see what became of what you "
        "asked for. You need no account.",
    ),
    "receipt.code": ("Kode tanda terima", "Receipt code"),
    "receipt.code.hint": (
        "Dua belas huruf dan angka, misalnya 7Q2M-K4TX-90AB. Huruf kecil boleh, tanda hubung boleh dilewati.",
        "Twelve letters and digits, such as 7Q2M-K4TX-90AB. Small letters will do, dashes can be left out.",
    ),
    "receipt.look": ("Lihat", "Show"),
    "receipt.none": ("Ketik kode tanda terima Anda.", "Type the code of your receipt."),
    "receipt.wrong": (
        "Ini bukan kode tanda terima. Kodenya terdiri dari dua belas huruf dan angka, tanpa huruf U.",
        "This is no receipt code. A code has twelve letters and digits, and never the letter U.",
    ),
    "receipt.privacy": (
        "Kode ini seperti kunci: siapa pun yang memilikinya dapat membaca apa yang Anda tulis. Jangan membagikannya. "
        "Kami tidak mencatat kode yang diketik di sini.",
        "The code is like a key: whoever has it can read what you wrote. Do not pass it on. We keep no record of codes "
        "that are typed here.",
    ),
    "receipt.unknown.title": ("Kode ini tidak kami kenal", "We do not know this code"),
    "receipt.unknown.lead": (
        "Tidak ada aspirasi dengan kode tanda terima ini.",
        "There is no aspiration with this receipt code.",
    ),
    "receipt.unknown.copied": (
        "Periksa apakah setiap huruf dan angka sama dengan di tanda terima. Angka 0 dan huruf O, angka 1 dan huruf I "
        "atau L boleh tertukar.",
        "See whether every letter and digit is as on the receipt. 0 and the letter O, 1 and the letters I or L may be "
        "taken for each other.",
    ),
    "receipt.unknown.soon": (
        "Baru saja menjawab? Tunggu beberapa menit. Bila jawaban Anda diisi di ponsel surveyor tanpa sinyal, jawaban "
        "itu baru masuk setelah ponselnya tersambung lagi.",
        "Did you answer just now? Wait a few minutes. If your answers were taken on an enumerator's phone without "
        "signal, they come in once it is connected again.",
    ),
    "receipt.unknown.nothing": (
        "Mungkin Anda tidak menuliskan permintaan; jawaban atas pertanyaan pilihan tidak tampil di sini.",
        "Perhaps you asked for nothing in your own words; answers to questions with choices are not shown here.",
    ),
    "asked.title": ("Aspirasi Anda", "Your aspiration"),
    "asked.lead": ("Kami terima pada {day}.", "Received on {day}."),
    "asked.simulated": (
        "Jawaban ini adalah simulasi untuk mencoba sistem; tidak seorang pun pernah memberikannya.",
        "This answer is simulated, to try out the system; nobody ever gave it.",
    ),
    "asked.question": ("Permintaan Anda", "What you asked for"),
    "asked.words": ("Yang Anda tulis:", "What you wrote:"),
    "asked.state.new": ("Diterima, belum diputuskan", "Received, not decided yet"),
    "asked.state.accepted": ("Akan ditindaklanjuti", "To be followed up"),
    "asked.state.merged": ("Digabung dengan permintaan yang sama", "Joined with others that ask for the same"),
    "asked.state.declined": ("Tidak ditindaklanjuti", "Not followed up"),
    "asked.state.withdrawn": ("Ditarik", "Withdrawn"),
    "asked.told.new": (
        "Tim Pelaksana di wilayah Anda akan membacanya dan memutuskan. Lihat lagi beberapa hari lagi.",
        "The implementing team of your region will read it and decide. Look again in a few days.",
    ),
    "asked.told.accepted": (
        "Tim Pelaksana meminta dinas yang berwenang menanganinya.",
        "The implementing team asks the agency in charge to deal with it.",
    ),
    "asked.told.merged": (
        "Orang lain meminta hal yang sama. Semuanya ditangani bersama, dan Anda melihat kemajuannya di sini.",
        "Others ask for the same. All of it is dealt with together, and you see here how it goes.",
    ),
    "asked.told.declined": (
        "Tim Pelaksana memutuskan untuk tidak menindaklanjutinya.",
        "The implementing team decided not to follow it up.",
    ),
    "asked.told.withdrawn": (
        "Jawaban di baliknya dihapus, jadi tulisannya tidak lagi disimpan di sini.",
        "The response behind it was deleted, so that its words are not kept here any more.",
    ),
    "asked.reason": ("Alasannya:", "The reason:"),
    "asked.unplanned": ("Belum ada rencana tindak lanjut.", "Nothing has been planned yet."),
    "asked.nothing": ("Di balik kode ini tidak ada permintaan.", "Nothing was asked for under this code."),
    "asked.other": ("Cek kode lain", "Look for another code"),
    "object.ask": ("Menurut saya ini belum selesai", "I think it is not solved"),
    "object.lead": (
        "Tuliskan apa yang belum beres. Tindak lanjutnya dibuka kembali dan OPD harus menanganinya lagi. Anda dapat "
        "menyampaikannya satu kali setiap kali tindak lanjut dinyatakan selesai.",
        "Write what is still wrong. The follow-up is opened again, and the agency has to deal with it once more. You "
        "can say so once each time it is said to be done.",
    ),
    "object.text": ("Apa yang belum selesai?", "What is not solved?"),
    "object.hint": (
        "Jangan menulis nama, nomor telepon, atau data pribadi lain.",
        "Write no name, phone number or other personal data.",
    ),
    "object.send": ("Kirim: belum selesai", "Send: it is not solved"),
    "object.taken": (
        "Terima kasih. Kami mencatat bahwa ini belum selesai; tindak lanjutnya dibuka kembali.",
        "Thank you. We noted that it is not solved; the follow-up is open again.",
    ),
    "followup.agency": ("Ditangani oleh", "Dealt with by"),
    "followup.state": ("Keadaan", "State"),
    "followup.due": ("Batas waktu", "Deadline"),
    "followup.until": ("sampai {day}", "until {day}"),
    "followup.overdue": ("Terlambat", "Overdue"),
    "followup.events": ("Yang sudah terjadi", "What has happened"),
    "followup.state.planned": ("Direncanakan", "Planned"),
    "followup.state.in_progress": ("Sedang dikerjakan", "In progress"),
    "followup.state.done": ("Selesai, menunggu pemeriksaan", "Done, waiting to be verified"),
    "followup.state.verified": ("Selesai dan sudah diperiksa", "Done and verified"),
    "followup.state.returned": ("Dikembalikan untuk dilengkapi", "Returned to be completed"),
    "followup.state.postponed": ("Ditunda", "Postponed"),
    "followup.state.reopened": ("Dibuka kembali", "Opened again"),
}

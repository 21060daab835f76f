"""What forms say: signing in and out, who somebody is, and what was wrong with what was typed."""

TEXTS: dict[str, tuple[str, str]] = {
    "sign.in": ("Masuk", "Sign in"),
    "sign.out": ("Keluar", "Sign out"),
    "sign.who": ("Anda masuk sebagai", "Signed in as"),
    "sign.region": ("wilayah {code}", "region {code}"),
    "sign.lead": (
        "Untuk Tim Pelaksana, OPD, pembimbing, asesor, dan kementerian. Melihat hasil tinjauan dan mengecek aspirasi "
        "tidak perlu masuk.",
        "For implementing teams, agencies, mentors, assessors and the ministry. Results of reviews and what became "
        "of an aspiration can be seen without signing in.",
    ),
    "sign.token": ("Token", "Token"),
    "sign.token.hint": (
        "Tempelkan token yang Anda terima dari pengelola sistem. Siapa pun yang memegangnya dapat bertindak atas nama "
        "Anda: perlakukan seperti kata sandi.",
        "Paste the token that you were given by whoever runs the system. Whoever has it can act in your name: treat it "
        "like a password.",
    ),
    "sign.kept": (
        "Peramban ini mengingatnya sampai tokennya berakhir atau sampai Anda keluar.",
        "This browser remembers it until the token ends or you sign out.",
    ),
    "sign.ended": ("Masa berlaku masuk Anda sudah berakhir.", "Your signing in has come to its end."),
    "sign.again": ("Masuk lagi", "Sign in again"),
    "sign.expired": ("Token ini sudah kedaluwarsa; mintalah yang baru.", "This token has expired; ask for a new one."),
    "sign.unknown": (
        "Ini bukan token dari sistem ini. Periksa apakah semuanya tersalin.",
        "This is not a token of this system. See whether all of it was copied.",
    ),
    "role.admin": ("pengelola sistem", "administrator"),
    "role.ministry": ("kementerian", "ministry"),
    "role.team": ("Tim Pelaksana", "implementing team"),
    "role.agency": ("OPD", "agency"),
    "role.mentor": ("pembimbing", "mentor"),
    "role.enumerator": ("surveyor", "enumerator"),
    "role.assessor": ("asesor", "assessor"),
    "role.integrator": ("integrator", "integrator"),
    "role.citizen": ("warga", "citizen"),
    "role.public": ("umum", "public"),
    "form.faults": ("Belum tersimpan", "Not saved yet"),
    "form.required": ("wajib", "required"),
    "form.changed": (
        "Sementara itu orang lain mengubahnya. Yang tampil adalah keadaan terbaru: periksa, lalu putuskan lagi.",
        "Somebody changed it in the meantime. What is shown is how it is now: look at it and decide again.",
    ),
    "form.meanwhile": ("Sementara itu", "In the meantime"),
    "fault.state": (
        "Ini tidak dapat dilakukan pada keadaannya sekarang.",
        "This cannot be done in the state that it is in now.",
    ),
    "fault.merge": ("Keduanya tidak dapat digabung.", "These cannot be merged."),
    "fault.show": (
        "Tulis catatan atau lampirkan bukti tentang apa yang dilakukan.",
        "Write a note or add evidence of what was done.",
    ),
    "fault.objected": (
        "Seseorang sudah menyampaikannya sejak terakhir dinyatakan selesai.",
        "Somebody has said so since it was last said to be done.",
    ),
    "fault.plan": ("Ini tidak dapat direncanakan begitu.", "It cannot be planned like that."),
    "fault.media": ("Jenis berkas ini tidak diterima.", "Files of this kind are not taken."),
    "fault.gone": ("Ini tidak ada, atau di luar wilayah Anda.", "It is not there, or outside your region."),
    "fault.missing": ("Isian ini wajib.", "This has to be filled in."),
    "fault.short": ("Isian ini terlalu pendek.", "This is too short."),
    "fault.long": ("Isian ini terlalu panjang.", "This is too long."),
    "fault.date": ("Ini bukan tanggal.", "This is not a date."),
    "fault.choice": ("Pilihan ini tidak ada.", "There is no such choice."),
    "failure.401.title": ("Anda perlu masuk", "You have to sign in"),
    "failure.401.text": (
        "Halaman ini hanya untuk yang sudah masuk.",
        "This page is for those only who have signed in.",
    ),
    "failure.403.title": ("Anda tidak boleh melakukan ini", "You may not do this"),
    "failure.403.text": (
        "Peran Anda tidak mencakup tindakan ini, atau hal ini di luar wilayah dan OPD Anda.",
        "Your role does not include this, or it lies outside your region and agency.",
    ),
    "failure.form-not-ours.title": ("Formulir tidak diterima", "The form was not accepted"),
    "failure.form-not-ours.text": (
        "Formulir ini tidak dikirim dari halaman kami, atau Anda masuk atau keluar setelah membukanya. Tidak ada yang "
        "tersimpan. Kembali ke halaman sebelumnya: isian Anda biasanya masih ada di sana. Salin isian itu, buka lagi "
        "halamannya, lalu kirim.",
        "This form was not sent from a page of ours, or you signed in or out after opening it. Nothing was stored. Go "
        "back: what you typed is usually still there. Copy it, open the page again, and send it.",
    ),
    "failure.413.title": ("Kiriman terlalu besar", "This is too large"),
    "failure.413.text": (
        "Yang Anda kirim lebih besar daripada yang dapat diterima. Tidak ada yang tersimpan.",
        "What you sent is larger than what can be taken. Nothing was stored.",
    ),
}

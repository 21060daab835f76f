"""What every page says, and those on reviews, failures and problems."""

TEXTS: dict[str, tuple[str, str]] = {
    "skip": ("Langsung ke isi", "Skip to the content"),
    "nav": ("Utama", "Main"),
    "nav.reviews": ("Tinjauan", "Reviews"),
    "switch": ("English", "Bahasa Indonesia"),
    "footer": (
        "Tinjau: tinjauan lapangan program pemerintah.",
        "Tinjau: field reviews of government programmes.",
    ),
    "source": ("Sumber", "Source"),
    "none": ("tidak ada", "none"),
    "region": ("Wilayah {code}", "Region {code}"),
    "status.planned": ("direncanakan", "planned"),
    "status.open": ("sedang berjalan", "open"),
    "status.closed": ("selesai", "closed"),
    "simulated.mark": ("SIMULASI", "SIMULATED"),
    "simulated.word": ("simulasi", "simulated"),
    "simulated.title": ("Bukan data nyata.", "Not real data."),
    "simulated.banner": (
        "Semua jawaban pada tinjauan ini adalah simulasi; tidak seorang pun pernah memberikannya. "
        "Angka di halaman ini tidak boleh dikutip sebagai hasil survei.",
        "Every answer in this review is simulated; nobody ever gave it. "
        "The figures on this page must not be quoted as the result of a survey.",
    ),
    "unheard": (
        "Tinjauan ini sudah tercatat, tetapi hasilnya belum tersedia.",
        "This review has been entered, but there is no result of it yet.",
    ),
    "empty": ("Belum ada jawaban.", "There are no answers yet."),
    "withheld": ("tidak ditampilkan", "not shown"),
    "suppressed.whole": (
        "Responden kurang dari 5 orang. Hasilnya tidak ditampilkan, agar jawaban seseorang tidak dapat dikenali.",
        "Fewer than 5 people answered. The result is not shown, so that nobody's answers can be recognised.",
    ),
    "suppressed.groups": (
        "Kelompok dengan kurang dari 5 responden tidak ditampilkan, agar jawaban seseorang tidak dapat dikenali; "
        "bila perlu satu kelompok lain ikut disembunyikan, agar angkanya tidak dapat dihitung dari selisih.",
        "Groups of fewer than 5 respondents are not shown, so that nobody's answers can be recognised; where needed "
        "another group is withheld with them, so that the figures cannot be worked out as a difference.",
    ),
    "reviews.title": ("Tinjauan lapangan", "Field reviews"),
    "reviews.lead": (
        "Penerima layanan menilai program di wilayahnya. Dari jawaban mereka dihitung indeks kepuasan masyarakat "
        "(IKM), dari 25 sampai 100.",
        "People who use a service judge the programmes of their region. From their answers comes the satisfaction "
        "index (IKM), from 25 to 100.",
    ),
    "reviews.everywhere": ("Tinjauan di semua wilayah", "Reviews of all regions"),
    "reviews.none": ("Belum ada tinjauan.", "There are no reviews yet."),
    "reviews.pages": ("Halaman", "Pages"),
    "reviews.next": ("Tinjauan yang lebih lama", "Older reviews"),
    "index": ("IKM", "Index"),
    "index.long": ("Indeks kepuasan masyarakat (IKM)", "Satisfaction index (IKM)"),
    "grade": ("Mutu", "Grade"),
    "performance": ("Kinerja", "Performance"),
    "respondents": ("Responden", "Respondents"),
    "confidence": ("Selang kepercayaan {level}", "{level} confidence interval"),
    "confidence.short": ("Selang {level}", "{level} interval"),
    "between": ("{low} sampai {high}", "{low} to {high}"),
    "sample.enough": (
        "Sampel cukup: {reached} responden dari paling sedikit {required} untuk populasi {population} orang "
        "(Krejcie dan Morgan).",
        "The sample is large enough: {reached} respondents where a population of {population} needs {required} "
        "(Krejcie and Morgan).",
    ),
    "sample.short": (
        "Sampel belum cukup: {reached} responden dari paling sedikit {required} untuk populasi {population} orang "
        "(Krejcie dan Morgan).",
        "The sample is too small: {reached} respondents where a population of {population} needs {required} "
        "(Krejcie and Morgan).",
    ),
    "sample.unknown": (
        "Jumlah penerima layanan tidak diketahui, jadi kecukupan sampel tidak dapat dinilai.",
        "The number of people served is not known, so it cannot be said whether the sample is large enough.",
    ),
    "elements.title": ("Nilai per unsur", "Score per element"),
    "elements.caption": ("Nilai setiap unsur pelayanan", "The score of each element of the service"),
    "elements.note": (
        "n: banyaknya jawaban atas unsur itu. Rata-rata pada skala jawaban; nilai adalah rata-rata yang dikonversi ke "
        "skala indeks. Peringkat 1 adalah nilai tertinggi; nilai yang sama berbagi peringkat.",
        "n: how many answered that element. The mean is on the scale of the answers; the score is the mean converted "
        "to the scale of the index. Rank 1 is the highest score; equal scores share a rank.",
    ),
    "element": ("Unsur", "Element"),
    "mean": ("Rata-rata", "Mean"),
    "converted": ("Nilai", "Score"),
    "rank": ("Peringkat", "Rank"),
    "chart.title": (
        "Diagram batang: nilai per unsur, dari {low} sampai {high}",
        "Bar chart: score per element, from {low} to {high}",
    ),
    "groups.caption": ("Indeks menurut {what}", "Index by {what}"),
    "by.visit": ("Menurut kunjungan", "By visit"),
    "by.sex": ("Menurut jenis kelamin", "By sex"),
    "by.age_band": ("Menurut usia", "By age"),
    "by.education": ("Menurut pendidikan", "By education"),
    "by.occupation": ("Menurut pekerjaan", "By occupation"),
    "by.service": ("Menurut layanan yang diterima", "By service received"),
    "group.visit": ("kunjungan", "visit"),
    "group.sex": ("jenis kelamin", "sex"),
    "group.age_band": ("usia", "age"),
    "group.education": ("pendidikan", "education"),
    "group.occupation": ("pekerjaan", "occupation"),
    "group.service": ("layanan", "service"),
    "note.title": ("Tentang tinjauan ini", "About this review"),
    "method.title": ("Cara menghitung", "How it was computed"),
    "method.name": ("Metode", "Method"),
    "method.version": ("versi {version}", "version {version}"),
    "method.note": ("Catatan", "Note"),
    "method.weights": ("Bobot", "Weights"),
    "method.equal": ("{weight} untuk setiap unsur", "{weight} for each element"),
    "method.rounding": ("Pembulatan", "Rounding"),
    "method.not_applicable": ("Jawaban “tidak berlaku”", "“Not applicable”"),
    "method.bands": ("Batas mutu", "Bounds of the grades"),
    "trace": (
        "Setiap angka dapat ditelusuri sampai ke jawaban di baliknya. Dihitung sampai pada posisi",
        "Every figure can be traced to the answers behind it. Computed up to the position",
    ),
    "trace.responses": ("jawaban", "of responses"),
    "trace.registry": ("registri", "of the registry"),
    "trace.digest": ("Sidik data:", "Digest of the data:"),
    "trace.json": ("Hasil ini sebagai JSON", "This result as JSON"),
    "away.reports": (
        "Bagian laporan sedang tidak dapat dihubungi.",
        "The reports service cannot be reached right now.",
    ),
    "away.surveys": (
        "Bagian survei sedang tidak dapat dihubungi.",
        "The surveys service cannot be reached right now.",
    ),
    "away.programs": (
        "Registri program sedang tidak dapat dihubungi.",
        "The registry of programmes cannot be reached right now.",
    ),
    "without.surveys": (
        "Tinjauan yang baru direncanakan mungkin belum tampil.",
        "Reviews planned just now may be missing.",
    ),
    "without.programs": ("Wilayah ditampilkan dengan kodenya.", "Regions are shown by their codes."),
    "without.problems": (
        "Jenis masalah bagian itu mungkin belum tampil.",
        "Its types of problems may be missing.",
    ),
    "failure.404.title": ("Halaman tidak ditemukan", "Page not found"),
    "failure.404.text": (
        "Tidak ada apa pun di alamat ini. Mungkin tautannya salah ketik atau sudah tidak berlaku.",
        "There is nothing at this address. The link may be mistyped or out of date.",
    ),
    "failure.500.title": ("Terjadi kesalahan", "Something went wrong"),
    "failure.500.text": (
        "Kesalahan ini ada pada kami dan sudah tercatat. Coba lagi sebentar lagi.",
        "The fault is ours and has been recorded. Try again in a moment.",
    ),
    "failure.502.title": ("Sedang tidak tersedia", "Not available right now"),
    "failure.502.text": (
        "Salah satu bagian sedang tidak dapat dihubungi. Coba lagi sebentar lagi.",
        "A part of the system cannot be reached right now. Try again in a moment.",
    ),
    "failure.503.title": ("Sedang tidak tersedia", "Not available right now"),
    "failure.503.text": (
        "Halaman ini belum dapat dibuat. Coba lagi sebentar lagi.",
        "This page cannot be made right now. Try again in a moment.",
    ),
    "failure.504.title": ("Terlalu lama menunggu", "It took too long"),
    "failure.504.text": (
        "Salah satu bagian tidak menjawab pada waktunya. Coba lagi sebentar lagi.",
        "A part of the system did not answer in time. Try again in a moment.",
    ),
    "failure.other.title": ("Permintaan ini tidak dapat dipenuhi", "This request cannot be answered"),
    "failure.other.text": (
        "Alasannya tertulis di bawah ini, beserta tautan ke penjelasannya.",
        "The reason is given below, with a link to what it means.",
    ),
    "failure.home": ("Ke daftar tinjauan", "To the list of reviews"),
    "failure.request": ("Nomor permintaan:", "Request id:"),
    "problems.title": ("Jenis masalah", "Problem types"),
    "problems.lead": (
        "Setiap kegagalan API dijawab sebagai application/problem+json (RFC 9457). Anggota “type” menunjuk ke "
        "salah satu jenis di bawah ini.",
        "Every failure of the API is answered as application/problem+json (RFC 9457). Its “type” names one of those "
        "below.",
    ),
    "problems.members": ("Isi sebuah masalah", "What a problem holds"),
    "problems.member.type": ("alamat halaman jenis masalah ini", "address of the page of this type of problem"),
    "problems.member.title": ("nama jenisnya, selalu sama", "its name, always the same"),
    "problems.member.status": ("status HTTP", "the HTTP status"),
    "problems.member.detail": ("satu kalimat tentang kejadian ini", "one sentence about this very case"),
    "problems.member.instance": ("alamat yang diminta", "the address that was asked for"),
    "problems.member.request_id": (
        "nomor permintaan; sebutkan bila bertanya kepada kami",
        "the request's id; name it when you ask us",
    ),
    "problems.member.errors": (
        "kesalahan tiap isian: pointer (JSON pointer atau nama parameter), code, detail",
        "the fault of each field: pointer (a JSON pointer or the name of a parameter), code, detail",
    ),
    "problems.types": ("Semua jenis", "All types"),
    "problems.status": ("Status", "Status"),
    "problems.type": ("Jenis", "Type"),
    "problems.name": ("Nama", "Name"),
    "problem.meaning": ("Artinya", "What it means"),
    "problem.remedy": ("Yang dapat dilakukan", "What to do"),
    "problem.where": ("Permintaan yang dapat dijawab begini", "Requests that may be answered so"),
    "problem.request": ("Permintaan", "Request"),
    "problem.summary": ("Kegunaan", "What for"),
    "docs.lead": (
        "Semua layanan dalam satu dokumen OpenAPI 3.1; setiap permintaan dapat dicoba di sini. Dokumennya:",
        "All services in one OpenAPI 3.1 document; every request can be tried here. The document:",
    ),
    "docs.noscript": (
        "Halaman ini memerlukan JavaScript; dokumen di atas dapat dibaca tanpanya.",
        "This page needs JavaScript; the document above can be read without it.",
    ),
}

# What reports says of its methods, in its words.
PHRASES = {
    "half up, once, to 2 decimals": "setengah ke atas, satu kali saja, menjadi 2 desimal",
    "An element's mean is its sum divided by the number of answers it has. An element without any answer drops out; "
    "the weights of the others keep their proportions and their total.": "Rata-rata suatu unsur adalah jumlah nilainya "
    "dibagi banyaknya jawaban atas unsur itu. Unsur tanpa jawaban tidak ikut dihitung; bobot unsur lain tetap "
    "berbanding sama dengan jumlah yang sama.",
}

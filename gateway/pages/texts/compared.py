"""What the pages of comparison and evaluation say."""

TEXTS: dict[str, tuple[str, str]] = {
    "nav.compare": ("Perbandingan", "Comparison"),
    "compare.title": ("Perbandingan wilayah", "Regions compared"),
    "compare.lead": (
        "Evaluasi yang diterbitkan kementerian dan indeks kepuasan masyarakat (IKM) dari tinjauan lapangan, menurut "
        "wilayah dan tahun.",
        "Evaluations that the ministry published and satisfaction indexes (IKM) of field reviews, by region and year.",
    ),
    "compare.choose": ("Pilih wilayah dan tahun", "Choose region and years"),
    "compare.region": ("Kode wilayah", "Region code"),
    "compare.region.hint": (
        "Misalnya 33 untuk Jawa Tengah dengan semua kabupaten/kotanya. Kosong: seluruh Indonesia.",
        "Such as 33 for Jawa Tengah with all its regencies. Empty: the whole country.",
    ),
    "compare.where": ("Wilayah", "Region"),
    "compare.first": ("Dari tahun", "From year"),
    "compare.last": ("Sampai tahun", "To year"),
    "compare.show": ("Tampilkan", "Show"),
    "compare.fault.region": (
        "Kode wilayah terdiri atas dua angka, misalnya 33, atau dua kali dua angka dengan titik, misalnya 33.25.",
        "A region code is two digits, such as 33, or twice two digits with a dot, such as 33.25.",
    ),
    "compare.fault.years": (
        "Tahun terdiri atas empat angka, yang pertama tidak sesudah yang terakhir, dan paling banyak sepuluh tahun.",
        "A year has four digits, the first is not after the last, and there are ten at most.",
    ),
    "compare.none": ("Belum ada yang dapat dibandingkan di sini.", "There is nothing to compare here yet."),
    "compare.real": (
        "Hanya data nyata yang ditampilkan.",
        "Only real data is shown.",
    ),
    "compare.to.simulated": ("Tampilkan data simulasi", "Show simulated data"),
    "compare.to.real": ("Tampilkan data nyata", "Show real data"),
    "compare.simulated": (
        "Semua angka di halaman ini berasal dari data simulasi dan tidak boleh dikutip.",
        "Every figure on this page comes from simulated data and must not be quoted.",
    ),
    "compare.evaluations": ("Evaluasi kementerian", "Evaluation by the ministry"),
    "compare.evaluations.note": (
        "Indeks pada skala 0 sampai 4. Peringkat dihitung di antara evaluasi yang diterbitkan di sini dengan bobot "
        "yang sama, untuk seluruh Indonesia; wilayah yang evaluasinya belum diterbitkan tidak ikut.",
        "The index on a scale of 0 to 4. The rank is among the evaluations published here under the same weights, in "
        "the whole country; regions whose evaluation is not published are not in it.",
    ),
    "compare.indexes": ("Indeks kepuasan masyarakat (IKM)", "Satisfaction index (IKM)"),
    "compare.indexes.note": (
        "Dari 25 sampai 100; n adalah jumlah responden. Tinjauan di wilayah yang berbeda menanyai orang yang berbeda "
        "tentang program yang berbeda: selisih kecil belum berarti.",
        "From 25 to 100; n is the number of respondents. Reviews in different regions ask different people about "
        "different programmes: a small difference means little.",
    ),
    "compare.rank": ("peringkat {rank} dari {regions}", "rank {rank} of {regions}"),
    "compare.assessors": ("{n} asesor", "{n} assessors"),
    "compare.recorded": ("dicatat dari sumber", "recorded from a source"),
    "compare.chart": ("{what}, {where}: tinggi batang menurut tahun", "{what}, {where}: height of the bars by year"),
    "compare.next": ("Wilayah berikutnya", "Next regions"),
    "compare.pages": ("Halaman", "Pages"),
    "evaluation.title": ("Evaluasi {year}: {where}", "Evaluation {year}: {where}"),
    "evaluation.state.open": (
        "Evaluasi ini masih berjalan dan belum diterbitkan.",
        "This evaluation is going on and is not published.",
    ),
    "evaluation.state.assessed": (
        "Penilaian sudah selesai; hasilnya belum diterbitkan.",
        "The scoring has ended; the result is not published.",
    ),
    "evaluation.state.withdrawn": ("Evaluasi ini telah ditarik.", "This evaluation was withdrawn."),
    "evaluation.follows": ("Edisi berikutnya", "The next edition"),
    "evaluation.hidden": (
        "Hasilnya baru dapat dilihat setelah diterbitkan.",
        "The result can be seen once it is published.",
    ),
    "evaluation.simulated": (
        "Penilaian ini simulasi; tidak ada asesor yang pernah memberikannya. Angkanya tidak boleh dikutip.",
        "This evaluation is simulated; no assessor ever gave it. Its figures must not be quoted.",
    ),
    "evaluation.index": ("Indeks evaluasi", "Index of evaluation"),
    "evaluation.scale": ("dari {low} sampai {high}", "from {low} to {high}"),
    "evaluation.printed": ("Tercetak di sumber", "Printed in the source"),
    "evaluation.plain": ("Rata-rata tanpa bobot", "Mean without weights"),
    "evaluation.assessors": ("Asesor", "Assessors"),
    "evaluation.recorded": (
        "Nilai per dimensi dicatat dari sumber yang disebut di bawah, bukan diberikan oleh asesor di sini.",
        "The scores per dimension were recorded from the source named below, not given by assessors here.",
    ),
    "evaluation.published": ("Diterbitkan {day}", "Published {day}"),
    "evaluation.edition": ("edisi {edition}", "edition {edition}"),
    "evaluation.dimensions": ("Nilai per dimensi", "Score per dimension"),
    "evaluation.chart": (
        "Diagram batang: nilai per dimensi, dari {low} sampai {high}",
        "Bar chart: score per dimension, from {low} to {high}",
    ),
    "evaluation.dimension": ("Dimensi", "Dimension"),
    "evaluation.weight": ("Bobot", "Weight"),
    "evaluation.score": ("Nilai", "Score"),
    "evaluation.weighted": ("Nilai × bobot", "Score × weight"),
    "evaluation.criteria": ("Apa yang dinilai", "What was scored"),
    "evaluation.criterion": ("Kriteria", "Criterion"),
    "evaluation.agreed": ("Kesepakatan", "Agreed"),
    "evaluation.mean": ("Rata-rata asesor", "Mean of assessors"),
    "evaluation.spread": ("Rentang", "Range"),
    "evaluation.own": ("Penilaian sendiri", "Self-assessment"),
    "evaluation.evidence": ("Bukti", "Evidence"),
    "evaluation.criteria.note": (
        "Yang dihitung adalah nilai yang disepakati, bukan rata-rata asesor. Nilai dari kurang dari lima asesor tidak "
        "ditampilkan.",
        "What counts is the agreed score, not the mean of the assessors. What fewer than five assessors gave is not "
        "shown.",
    ),
    "evaluation.under": ("Dengan bobot lain", "Under other weights"),
    "evaluation.under.note": (
        "Nilai yang sama memberi indeks lain bila bobotnya lain. Kolom terakhir membandingkan indeks tercetak dengan "
        "indeks tepat.",
        "The same scores give another index under other weights. The last column holds the printed index against the "
        "exact one.",
    ),
    "evaluation.method": ("Bobot menurut", "Weights as in"),
    "evaluation.exact": ("Tepat", "Exact"),
    "evaluation.verdict": ("Indeks tercetak", "Printed index"),
    "evaluation.verdict.rounded": ("sama setelah dibulatkan", "the same when rounded"),
    "evaluation.verdict.truncated": (
        "sama bila desimalnya dipotong, atau berasal dari nilai yang lebih rinci",
        "the same when cut off, or made of finer scores",
    ),
    "evaluation.verdict.different": ("angka lain", "another figure"),
    "evaluation.before": ("Dibanding tahun sebelumnya", "Against the year before"),
    "evaluation.before.ours": (
        "{year}: {index}; perubahan {change}.",
        "{year}: {index}; change {change}.",
    ),
    "evaluation.before.weights": (
        "Bobot kedua tahun berbeda, jadi sebagian perubahan berasal dari bobotnya.",
        "The weights of the two years differ, so part of the change is theirs.",
    ),
    "evaluation.before.printed": (
        "Tercetak di sumber: {index} pada {year}, perubahan {change}.",
        "Printed in the source: {index} in {year}, change {change}.",
    ),
    "evaluation.rank.country": ("Peringkat tercetak: {rank} nasional.", "Printed rank: {rank} in the country."),
    "evaluation.rank.within": ("Peringkat tercetak: {rank} di {where}.", "Printed rank: {rank} in {where}."),
    "evaluation.impact": ("Survei dampak", "Impact survey"),
    "evaluation.impact.note": (
        "Indeks dari tinjauan lapangan yang dikaitkan dengan evaluasi ini; tidak dihitung ke dalam indeks evaluasi.",
        "Indexes of the field reviews that are linked to this evaluation; they are not part of its index.",
    ),
    "evaluation.review": ("Tinjauan", "Review"),
    "evaluation.about": ("Tentang evaluasi ini", "About this evaluation"),
    "evaluation.how": ("Cara menghitung", "How it was computed"),
    "evaluation.how.scale": ("Skala", "Scale"),
    "evaluation.how.unconfirmed": ("belum dipastikan", "not confirmed"),
    "evaluation.years": ("Bobot dinyatakan untuk", "Weights stated for"),
    "evaluation.years.none": ("tahun tidak disebut", "no year stated"),
    "evaluation.meaning": ("Arti dimensi", "What the dimensions mean"),
    "evaluation.trace": (
        "Indeks dapat dihitung ulang dari nilai dan bobot di halaman ini. Sidik data:",
        "The index can be computed anew from the scores and weights on this page. Digest of the data:",
    ),
    "evaluation.json": ("Evaluasi ini sebagai JSON", "This evaluation as JSON"),
}

PHRASES = {
    "half up, once, to 3 decimals": "setengah ke atas, satu kali saja, menjadi 3 desimal",
}

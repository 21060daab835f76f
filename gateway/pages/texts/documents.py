"""What the pages on frozen reports say."""

TEXTS: dict[str, tuple[str, str]] = {
    "nav.reports": ("Laporan", "Reports"),
    "reports.title": ("Laporan", "Reports"),
    "reports.lead": (
        "Laporan yang dibekukan: isinya tidak berubah lagi, dan setiap dokumen dapat diperiksa keasliannya.",
        "Frozen reports: their content does not change any more, and each document can be verified.",
    ),
    "reports.none": ("Belum ada laporan.", "There are no reports yet."),
    "reports.next": ("Laporan yang lebih lama", "Older reports"),
    "reports.everywhere": ("Laporan semua wilayah", "Reports of all regions"),
    "report.published": ("Diterbitkan", "Published"),
    "report.state.draft": ("draf", "draft"),
    "report.state.published": ("diterbitkan", "published"),
    "report.state.withdrawn": ("dicabut", "withdrawn"),
    "report.draft": (
        "Draf: laporan ini belum diterbitkan, dan hanya dapat dilihat oleh yang berwenang.",
        "A draft: this report has not been published, and only those entitled to it see it.",
    ),
    "report.superseded": (
        "Laporan ini sudah diganti dengan yang lebih baru:",
        "A newer report has taken the place of this one:",
    ),
    "report.withdrawn": ("Laporan ini dicabut. Alasannya:", "This report was withdrawn. The reason:"),
    "report.formats": ("Unduh dokumen", "Download the document"),
    "report.format.pdf": ("PDF, untuk dicetak", "PDF, to print"),
    "report.format.xlsx": ("XLSX, dengan rumus yang menghitung ulang", "XLSX, with formulas that compute it anew"),
    "report.format.docx": ("DOCX, untuk disunting", "DOCX, to edit"),
    "report.format.csv": ("CSV, nilai setiap responden", "CSV, the scores of each respondent"),
    "report.format.csv.evaluation": (
        "CSV, nilai setiap dimensi dan kriteria",
        "CSV, the scores of each dimension and criterion",
    ),
    "report.kind.review": ("Laporan tinjauan", "Report of a review"),
    "report.kind.program": ("Laporan program", "Report of a programme"),
    "report.kind.evaluation": ("Laporan evaluasi kementerian", "Report of the ministry's evaluation"),
    "report.format.json": ("JSON, dengan sidik data", "JSON, which the digest is of"),
    "report.making": ("Dokumen sedang dibuat.", "The document is being made."),
    "report.making.more": (
        "Halaman ini memuat ulang sendiri. Tahap: {stage}.",
        "This page reloads by itself. Stage: {stage}.",
    ),
    "report.making.rows": ("{done} dari {total} baris", "{done} of {total} rows"),
    "report.stage.waiting": ("menunggu giliran", "waiting for its turn"),
    "report.stage.reading": ("membaca data", "reading the data"),
    "report.stage.charts": ("menggambar grafik", "drawing charts"),
    "report.stage.rows": ("menulis baris", "writing rows"),
    "report.stage.writing": ("menyusun halaman", "setting pages"),
    "report.verify": ("Periksa keaslian", "Verify it"),
    "verify.title": ("Pemeriksaan dokumen", "Verification of a document"),
    "verify.genuine": ("Asli dan berlaku", "Genuine and in force"),
    "verify.genuine.text": (
        "Laporan dengan nomor ini diterbitkan di sini dan masih berlaku.",
        "The report with this number was published here and is in force.",
    ),
    "verify.superseded": ("Asli, tetapi sudah diganti", "Genuine, but superseded"),
    "verify.superseded.text": (
        "Laporan ini diterbitkan di sini, tetapi sudah ada yang lebih baru tentang hal yang sama.",
        "This report was published here, but there is a newer one of the same subject.",
    ),
    "verify.withdrawn": ("Dicabut", "Withdrawn"),
    "verify.withdrawn.text": (
        "Laporan ini pernah diterbitkan di sini, lalu dicabut. Jangan dipakai lagi.",
        "This report was published here and then withdrawn. Do not use it any more.",
    ),
    "verify.unknown": ("Tidak dikenal", "Unknown"),
    "verify.unknown.text": (
        "Tidak ada laporan terbitan kami dengan nomor dan sidik data ini. Dokumen itu bukan dari sini, isinya lain, "
        "atau belum diterbitkan.",
        "We have published no report with this number and digest. The document is not from here, its content is "
        "another, or it has not been published.",
    ),
    "verify.number_only": (
        "Yang diperiksa hanya nomornya. Untuk memeriksa isinya, buka alamat pada kode QR di dokumen.",
        "Only the number was checked. To check the content, open the address in the document's QR code.",
    ),
    "verify.simulated": (
        "Isi laporan ini adalah simulasi, bukan data nyata.",
        "What this report holds is simulated, not real data.",
    ),
    "verify.open": ("Buka laporan", "Open the report"),
}

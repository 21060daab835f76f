"""What a problem means and what to do about it, by its HTTP status, in both languages."""

from gateway.pages.wire import Words

_SENTENCES: dict[int, tuple[tuple[str, str], tuple[str, str]]] = {
    400: (
        ("Permintaan tidak dapat dibaca, misalnya karena JSON-nya tidak sah.",
         "The request cannot be read at all, for example because it is not valid JSON."),
        ("Perbaiki bentuknya; `detail` menyebut apa yang tidak dapat dibaca.",
         "Mend its form; `detail` says what cannot be read."),
    ),
    401: (
        ("Permintaan ini perlu kredensial, atau kredensialnya tidak dipercaya atau sudah kedaluwarsa.",
         "This needs a credential, or the one that was sent is not believed or has expired."),
        ("Kirim token yang berlaku dalam header `Authorization: Bearer …`.",
         "Send a valid token in the header `Authorization: Bearer …`."),
    ),
    403: (
        ("Anda dikenal, tetapi peran Anda tidak boleh melakukan ini.",
         "You are known, but your role may not do this."),
        ("Pakai token dengan peran yang sesuai; dokumentasi menyebut peran untuk setiap permintaan.",
         "Use a token of a role that may; the documentation names the roles of every request."),
    ),
    404: (
        ("Tidak ada hal seperti itu di alamat ini, atau hal itu di luar wilayah dan OPD Anda.",
         "There is no such thing at this address, or it lies outside your region and agency."),
        ("Periksa alamat dan id-nya.", "Check the address and the id."),
    ),
    405: (
        ("Alamat ini ada, tetapi tidak mengenal metode HTTP itu.",
         "The address exists, but does not know that HTTP method."),
        ("Pakai metode yang disebut dalam dokumentasi.", "Use a method that the documentation names."),
    ),
    408: (
        ("Permintaan berhenti masuk sebelum lengkap.", "The request stopped coming in before it was whole."),
        ("Kirim lagi. Dengan id buatan sendiri hal itu aman: tidak ada yang tersimpan dua kali.",
         "Send it again. With an id of your own that is safe: nothing is stored twice."),
    ),
    409: (
        ("Permintaan bertentangan dengan apa yang sudah tersimpan.", "The request contradicts what is stored."),
        ("Baca keadaan yang sekarang, lalu putuskan. Mengirim hal yang sama lagi tidak akan menolong.",
         "Read the present state and decide. Sending the same again will not help."),
    ),
    410: (
        ("Hal ini pernah ada dan sudah tidak ada lagi.", "It was here and no longer is."),
        ("Mengirim hal yang sama lagi tidak akan menolong; `detail` menyebut apa yang terjadi.",
         "Sending the same again will not help; `detail` says what happened."),
    ),
    412: (
        ("Orang lain mengubahnya sejak terakhir Anda baca.", "Somebody changed it since you read it."),
        ("Baca lagi, ulangi perubahan Anda, dan kirim dengan ETag yang baru.",
         "Read it again, make your change anew, and send it with the new ETag."),
    ),
    413: (
        ("Isi permintaan terlalu besar.", "The body of the request is too large."),
        ("Bagi menjadi beberapa permintaan.", "Divide it into several requests."),
    ),
    415: (
        ("Jenis isi (Content-Type) ini tidak dikenal di sini.", "This content type is not understood here."),
        ("Pakai jenis yang disebut dalam dokumentasi, biasanya `application/json`.",
         "Use one that the documentation names, usually `application/json`."),
    ),
    416: (
        ("Berkas ini tidak memiliki bagian yang diminta.", "The file has no such part as was asked for."),
        ("`Content-Range` menyebut ukurannya; minta bagian di dalamnya.",
         "`Content-Range` says its size; ask for a part within it."),
    ),
    422: (
        ("Permintaan dapat dibaca, tetapi melanggar aturan.", "The request can be read, but breaks a rule."),
        ("`errors` menyebut setiap isian yang salah dan alasannya; perbaiki lalu kirim lagi.",
         "`errors` names each field at fault and why; mend them and send it again."),
    ),
    423: (
        ("Ada yang sedang mengirim ke unggahan ini.", "Somebody is sending to this upload right now."),
        ("Tunggu sebentar, tanyakan sampai mana unggahan itu dengan HEAD, lalu lanjutkan.",
         "Wait a moment, ask with HEAD how far the upload is, and go on from there."),
    ),
    428: (
        ("Perubahan harus menyebut versi yang diubah.", "A change has to say which version it changes."),
        ("Kirim `If-Match` dengan ETag yang Anda terima ketika membaca.",
         "Send `If-Match` with the ETag that you got when reading."),
    ),
    460: (
        ("Potongan yang tiba tidak cocok dengan jumlah periksanya; tidak ada yang disimpan darinya.",
         "The piece that arrived is not what its checksum says; nothing of it was kept."),
        ("Kirim potongan itu sekali lagi.", "Send that piece once more."),
    ),
    500: (
        ("Kesalahan pada kami; sudah tercatat.", "A fault of ours; it has been recorded."),
        ("Coba lagi. Bila tetap gagal, beri tahu kami `request_id`-nya.",
         "Try again. If it stays, tell us the `request_id`."),
    ),
    502: (
        ("Salah satu bagian sistem tidak dapat dihubungi atau tidak menjawab dengan benar.",
         "A part of the system cannot be reached or did not answer properly."),
        ("Coba lagi sebentar lagi. Apakah suatu perubahan sempat tersimpan, belum pasti: baca dulu, "
         "atau kirim lagi dengan id yang sama.",
         "Try again in a moment. Whether a change was stored is uncertain: read first, or send it again with the "
         "same id."),
    ),
    503: (
        ("Sedang tidak tersedia, misalnya karena basis data tidak dapat dihubungi.",
         "Not available right now, for example because the database cannot be reached."),
        ("Coba lagi setelah waktu dalam `Retry-After`.", "Try again after the time in `Retry-After`."),
    ),
    504: (
        ("Salah satu bagian sistem tidak menjawab pada waktunya.", "A part of the system did not answer in time."),
        ("Coba lagi. Apakah suatu perubahan sempat tersimpan, belum pasti: baca dulu, atau kirim lagi dengan id "
         "yang sama.",
         "Try again. Whether a change was stored is uncertain: read first, or send it again with the same id."),
    ),
    507: (
        ("Ruang untuk berkas wilayah ini sudah habis.", "The region's room for files is used up."),
        ("Pengelola sistem dapat menambah ruang; berkas itu tetap aman di perangkat sampai terkirim.",
         "Whoever runs the system can give it more; the file is safe on the device until it is sent."),
    ),
}  # fmt: skip

_OTHER = (
    ("Permintaan ini tidak dapat dipenuhi.", "This request cannot be answered."),
    ("`detail` menyebut alasannya.", "`detail` gives the reason."),
)


def of(status: int) -> tuple[Words, Words]:
    """The meaning of a status, and the remedy."""
    meaning, remedy = _SENTENCES.get(status, _OTHER)
    return Words(id=meaning[0], en=meaning[1]), Words(id=remedy[0], en=remedy[1])

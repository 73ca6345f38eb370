/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GGUF files, sound and hostile, built byte by byte (docs/gguf.md of ggml).  The hostile ones are the mistakes that
 * were found in other readers (CVE-2025-53630, CVE-2026-27940, CVE-2026-33298, CVE-2026-7482 and the fixes around
 * them). */

#include "plim-gguf-source.h"
#include "plim-gguf.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tensor-files.h"

/* How a file is written. */
typedef struct
{
  guint    version;
  gboolean is_big;
} Form;

static const Form newest = { 3, FALSE };

static void
put_length (GByteArray *bytes,
            Form        form,
            guint64     value)
{
  put_number (bytes, value, form.version == 1 ? 4 : 8, form.is_big);
}

static void
put_string (GByteArray *bytes,
            Form        form,
            const char *text)
{
  put_length (bytes, form, strlen (text));
  put_text (bytes, text);
}

static GByteArray *
begin (Form    form,
       guint64 n_tensors,
       guint64 n_keys)
{
  GByteArray *bytes = g_byte_array_new ();

  put_text (bytes, "GGUF");
  put_number (bytes, form.version, 4, form.is_big);
  put_length (bytes, form, n_tensors);
  put_length (bytes, form, n_keys);

  return bytes;
}

static void
put_key_number (GByteArray *bytes,
                Form        form,
                const char *key,
                guint       type,
                guint64     value,
                guint       n_bytes)
{
  put_string (bytes, form, key);
  put_number (bytes, type, 4, form.is_big);
  put_number (bytes, value, n_bytes, form.is_big);
}

static void
put_key_string (GByteArray *bytes,
                Form        form,
                const char *key,
                const char *value)
{
  put_string (bytes, form, key);
  put_number (bytes, 8, 4, form.is_big);
  put_string (bytes, form, value);
}

static void
put_tensor (GByteArray *bytes,
            Form        form,
            const char *name,
            guint       n_dimensions,
            guint64     one,
            guint64     two,
            guint       type,
            guint64     offset)
{
  put_string (bytes, form, name);
  put_number (bytes, n_dimensions, 4, form.is_big);
  for (guint i = 0; i < n_dimensions; i++)
    put_length (bytes, form, i == 0 ? one : i == 1 ? two
                                                   : 1);
  put_number (bytes, type, 4, form.is_big);
  put_number (bytes, offset, 8, form.is_big);
}

static void
pad_to (GByteArray *bytes,
        guint       alignment,
        guint       extra)
{
  static const guint8 zero = 0;

  while (bytes->len % alignment != 0)
    g_byte_array_append (bytes, &zero, 1);
  for (guint i = 0; i < extra; i++)
    g_byte_array_append (bytes, &zero, 1);
}

/* Four values and two tensors: 32 x 2 of Q4_0 (2 blocks of 18 bytes) and 8 of F32 (32 bytes) at byte 64. */
static GByteArray *
make_sound (Form form)
{
  GByteArray *bytes = begin (form, 2, 5);

  put_key_string (bytes, form, "general.architecture", "llama");
  put_key_number (bytes, form, "llama.block_count", 4, 7, 4);
  put_key_number (bytes, form, "llama.rope", 6, 0x3f000000, 4);
  put_string (bytes, form, "llama.heads");
  put_number (bytes, 9, 4, form.is_big);
  put_number (bytes, 5, 4, form.is_big);
  put_length (bytes, form, 3);
  put_number (bytes, 8, 4, form.is_big);
  put_number (bytes, 0xfffffffe, 4, form.is_big);
  put_number (bytes, 9, 4, form.is_big);
  put_string (bytes, form, "tokenizer.ggml.tokens");
  put_number (bytes, 9, 4, form.is_big);
  put_number (bytes, 8, 4, form.is_big);
  put_length (bytes, form, 5000);
  for (guint i = 0; i < 5000; i++)
    put_string (bytes, form, "<0x-1>");
  put_tensor (bytes, form, "blk.0.attn_q.weight", 2, 32, 2, 2, 0);
  put_tensor (bytes, form, "output_norm.weight", 1, 8, 0, 0, 64);
  pad_to (bytes, 32, 96);

  return bytes;
}

static void
check_sound (const PlimGguf *gguf,
             guint           version)
{
  PlimTensorTable *tensors = plim_gguf_get_tensors (gguf);
  gint64           entries[4];
  gint64           integer;
  double           number;
  PlimTensor       tensor;

  g_assert_cmpuint (plim_gguf_get_version (gguf), ==, version);
  g_assert_cmpstr (plim_gguf_get_string (gguf, "general.architecture"), ==, "llama");
  g_assert_true (plim_gguf_get_integer (gguf, "llama.block_count", &integer));
  g_assert_cmpint (integer, ==, 7);
  g_assert_true (plim_gguf_get_number (gguf, "llama.rope", &number));
  g_assert_cmpfloat (number, ==, 0.5);
  g_assert_cmpuint (plim_gguf_get_integers (gguf, "llama.heads", entries, 4), ==, 3);
  g_assert_cmpint (entries[0], ==, 8);
  g_assert_cmpint (entries[1], ==, -2);
  g_assert_cmpint (entries[2], ==, 9);
  g_assert_cmpuint (plim_gguf_count_entries (gguf, "tokenizer.ggml.tokens"), ==, 5000);
  g_assert_null (plim_gguf_get_entry (gguf, "tokenizer.ggml.tokens", 0));
  g_assert_false (plim_gguf_has (gguf, "llama"));
  g_assert_true (plim_gguf_has_tensor (gguf, "output_norm.weight"));
  g_assert_cmpuint (plim_tensor_table_get_count (tensors), ==, 2);
  plim_tensor_table_get (tensors, 0, &tensor);
  g_assert_cmpint (tensor.size_bytes, ==, 36);
  g_assert_cmpint (tensor.parameters_count, ==, 64);
  g_assert_cmpint (plim_tensor_table_get_totals (tensors).size_bytes, ==, 68);
  g_assert_cmpint (plim_tensor_table_get_totals (tensors).parameters_count, ==, 72);
  g_assert_cmpint (plim_tensor_table_get_class_totals (tensors, PLIM_TENSOR_CLASS_NORM).size_bytes, ==, 32);
}

static void
test_versions (void)
{
  static const Form forms[] = { { 1, FALSE }, { 2, FALSE }, { 3, FALSE }, { 3, TRUE } };
  g_autofree char  *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GByteArray) bytes = make_sound (forms[i]);
      g_autofree char       *path = write_file (folder, "sound.gguf", bytes, 0);
      g_autoptr (GError)     error = NULL;
      g_autoptr (PlimGguf)   gguf = plim_gguf_read (path, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (plim_gguf_is_big_endian (gguf), ==, forms[i].is_big);
      check_sound (gguf, forms[i].version);
    }
  remove_folder (folder);
}

/* One tensor as a hostile file describes it. */
static GByteArray *
make_tensor (guint64 one,
             guint64 two,
             guint   type,
             guint64 offset)
{
  GByteArray *bytes = begin (newest, 1, 0);

  put_tensor (bytes, newest, "t", 2, one, two, type, offset);
  pad_to (bytes, 32, 128);

  return bytes;
}

/* One value; @contents is what follows the key. */
static GByteArray *
make_value (const char   *key,
            const guint64 pieces[][2],
            guint         n_pieces)
{
  GByteArray *bytes = begin (newest, 0, 1);

  put_string (bytes, newest, key);
  for (guint i = 0; i < n_pieces; i++)
    put_number (bytes, pieces[i][0], (guint) pieces[i][1], FALSE);
  pad_to (bytes, 32, 64);

  return bytes;
}

#define VALUE(key, ...) \
  make_value (key, (const guint64[][2]) { __VA_ARGS__ }, G_N_ELEMENTS (((const guint64[][2]) { __VA_ARGS__ })))

static GByteArray *
make_two (const char *one,
          const char *two,
          guint64     offset_of_two)
{
  GByteArray *bytes = begin (newest, 2, 0);

  put_tensor (bytes, newest, one, 1, 16, 0, 0, 0);
  put_tensor (bytes, newest, two, 1, 16, 0, 0, offset_of_two);
  pad_to (bytes, 32, 192);

  return bytes;
}

/* Twice the same key. */
static GByteArray *
make_twice (void)
{
  GByteArray *bytes = begin (newest, 0, 2);

  put_key_number (bytes, newest, "key", 4, 1, 4);
  put_key_number (bytes, newest, "key", 4, 1, 4);

  return bytes;
}

/* Tensors whose sizes add up to 2^64 + 64: each alone fits, none of them is in the file. */
static GByteArray *
make_sums (void)
{
  GByteArray *bytes = begin (newest, 5, 0);

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%u", i);

      put_tensor (bytes, newest, name, 1, G_GUINT64_CONSTANT (1) << 60, 0, 0, 0);
    }
  put_tensor (bytes, newest, "t4", 1, 16, 0, 0, 0);
  pad_to (bytes, 32, 64);

  return bytes;
}

static GByteArray *
make_dimensions (void)
{
  GByteArray *bytes = begin (newest, 1, 0);

  put_tensor (bytes, newest, "t", 5, 1, 1, 0, 0);
  pad_to (bytes, 32, 64);

  return bytes;
}

static GByteArray *
make_text (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();

  put_text (bytes, text);

  return bytes;
}

static GByteArray *
make_zeros (void)
{
  GByteArray *bytes = g_byte_array_new ();

  pad_to (bytes, 1, 4096);

  return bytes;
}

typedef struct
{
  GByteArray *bytes;
  const char *reason;
} Attack;

static void
check_attacks (const Attack *attacks,
               guint         n_attacks)
{
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < n_attacks; i++)
    {
      g_autofree char     *path = write_file (folder, "bad.gguf", attacks[i].bytes, 0);
      g_autoptr (GError)   error = NULL;
      g_autoptr (PlimGguf) gguf = plim_gguf_read (path, NULL, &error);

      g_assert_null (gguf);
      assert_message (error, "bad.gguf", attacks[i].reason);
      g_byte_array_unref (attacks[i].bytes);
    }
  remove_folder (folder);
}

static void
test_tensor_attacks (void)
{
  const guint64 largest = G_MAXUINT64;
  const Attack  attacks[] = {
    { make_sums (), "t0: its 4611686018427387904 bytes from byte 0 of the data are beyond" },
    { begin (newest, largest / 368, 0), "number of tensors: " },
    { begin (newest, largest, 0), "more than the file has room for" },
    { make_tensor (G_GUINT64_CONSTANT (1) << 31, G_GUINT64_CONSTANT (1) << 31, 0, 0), "t: the dimensions multiply to" },
    { make_tensor (G_GUINT64_CONSTANT (1) << 32, G_GUINT64_CONSTANT (1) << 32, 0, 0), "more elements than" },
    { make_tensor (largest / 4, 1, 0, 0), "t: the dimensions multiply to more bytes" },
    { make_tensor (largest, 1, 0, 0), "t: dimension 1 is negative or too large" },
    { make_tensor (33, 1, 2, 0), "t: 33 columns are not whole blocks of 32, as Q4_0 has them" },
    { make_tensor (32, 1, 0xffffffff, 0), "t: there is no type of tensor 4294967295" },
    { make_tensor (32, 1, 42, 0), "t: there is no type of tensor 42" },
    { make_tensor (32, 1, 4, 0), "t: the type Q4_2 was removed" },
    { make_tensor (32, 1, 31, 0), "t: the type Q4_0_4_4 was removed" },
    { make_tensor (32, 1, 0, 8), "t: its place, byte 8, is not a multiple of 32" },
    { make_tensor (32, 1, 0, largest), "t: its place" },
    { make_tensor (32, 1, 0, 32), "t: its 128 bytes from byte 32 of the data are beyond the data's end, byte 128" },
    { make_tensor (32, 1000, 0, 0), "t: its 128000 bytes" },
    { make_tensor (32, 1, 0, G_GUINT64_CONSTANT (1) << 62), "t: its 128 bytes" },
    { make_two ("t", "t", 64), "t: this tensor is there twice" },
    { make_two ("a", "b", 32), "b: it overlaps another tensor" },
    { make_two ("", "b", 64), "tensors: a tensor has no name" },
    { make_two ("a", "\xff", 64), "tensors: a tensor's name is not valid UTF-8" },
    { make_dimensions (), "t: 5 dimensions are too many" },
  };

  check_attacks (attacks, G_N_ELEMENTS (attacks));
}

static void
test_value_attacks (void)
{
  const guint64 half = G_GUINT64_CONSTANT (1) << 63;
  const Attack  attacks[] = {
    { VALUE ("general.alignment", { 5, 4 }, { 32, 4 }), "general.alignment: this is not an unsigned 32-bit number" },
    { VALUE ("general.alignment", { 8, 4 }, { 1, 8 }, { 'x', 1 }), "general.alignment: this is not" },
    { VALUE ("general.alignment", { 9, 4 }, { 4, 4 }, { 1, 8 }, { 32, 4 }), "general.alignment: this is not" },
    { VALUE ("general.alignment", { 4, 4 }, { 0, 4 }), "general.alignment: 0 is not a power of two" },
    { VALUE ("general.alignment", { 4, 4 }, { 3, 4 }), "general.alignment: 3 is not a power of two" },
    { VALUE ("general.alignment", { 4, 4 }, { 0x80000000, 4 }), "general.alignment: 2147483648 is not" },
    { VALUE ("text", { 8, 4 }, { half, 8 }), "text: 9223372036854775808 bytes are needed" },
    { VALUE ("text", { 8, 4 }, { G_MAXUINT64, 8 }), "text: " },
    { VALUE ("text", { 8, 4 }, { 4096, 8 }), "text: 4096 bytes are needed" },
    { VALUE ("list", { 9, 4 }, { 4, 4 }, { half, 8 }), "list: " },
    { VALUE ("list", { 9, 4 }, { 12, 4 }, { G_MAXUINT64 / 8 + 1, 8 }), "list: " },
    { VALUE ("list", { 9, 4 }, { 8, 4 }, { G_GUINT64_CONSTANT (1) << 40, 8 }), "list: a list of 1099511627776 entries" },
    { VALUE ("list", { 9, 4 }, { 9, 4 }, { 1, 8 }, { 9, 4 }, { 1, 8 }, { 9, 4 }, { 1, 8 }, { 9, 4 }, { 1, 8 }, { 9, 4 },
              { 1, 8 }),
       "list: lists are nested more than" },
    { VALUE ("list", { 9, 4 }, { 13, 4 }, { 1, 8 }), "list: there is no type of value 13" },
    { VALUE ("value", { 0xffffffff, 4 }), "value: there is no type of value 4294967295" },
    { VALUE ("", { 4, 4 }, { 1, 4 }), "metadata entry 1: its key is not valid UTF-8" },
    { VALUE ("\xc3", { 4, 4 }, { 1, 4 }), "metadata entry 1: its key is not valid UTF-8" },
    { begin (newest, 0, G_MAXUINT64), "number of metadata entries: " },
    { make_twice (), "key: this key is there twice" },
  };

  check_attacks (attacks, G_N_ELEMENTS (attacks));
}

static void
test_foreign (void)
{
  const Attack attacks[] = {
    { make_text ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n"), "this is a Git LFS pointer" },
    { make_text ("\n<!DOCTYPE html><html>"), "this is a web page" },
    { make_text ("<HTML>"), "this is a web page" },
    { make_text ("PK\003\004"), "this is a PyTorch checkpoint" },
    { make_text ("lmgg"), "this is a GGML file" },
    { make_text ("GGUF"), "version: 4 bytes are needed from byte 4 on, but the file ends after 4" },
    { make_text ("GGUG1234"), "beginning: this is not a GGUF file" },
    { make_text (""), "the file is empty" },
    { make_zeros (), "there are only zero bytes" },
    { begin ((Form) { 4, FALSE }, 0, 0), "version: version 4 of GGUF is not known" },
    { begin ((Form) { 0, FALSE }, 0, 0), "version: version 0 of GGUF is not known" },
    { begin ((Form) { 2, TRUE }, 0, 0), "version: version 2 of GGUF is not known" },
  };

  check_attacks (attacks, G_N_ELEMENTS (attacks));
}

static void
expect_refusal (const char *path,
                const char *reason)
{
  g_autofree char     *name = g_path_get_basename (path);
  g_autoptr (GError)   error = NULL;
  g_autoptr (PlimGguf) gguf = plim_gguf_read (path, NULL, &error);

  g_assert_null (gguf);
  assert_message (error, name, reason);
}

static void
test_no_files (void)
{
  g_autofree char   *folder = make_folder ();
  g_autofree char   *pipe_path = g_build_filename (folder, "pipe", NULL);
  g_autofree char   *socket_path = g_build_filename (folder, "socket", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int                descriptor = socket (AF_UNIX, SOCK_STREAM, 0);

  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  g_strlcpy (address.sun_path, socket_path, sizeof address.sun_path);
  g_assert_cmpint (bind (descriptor, (const struct sockaddr *) &address, sizeof address), ==, 0);
  expect_refusal (folder, "this is a folder");
  expect_refusal (pipe_path, "this is a pipe");
  expect_refusal (socket_path, "this is a socket");
  expect_refusal ("/dev/zero", "this is a device");
  close (descriptor);
  remove_folder (folder);
}

static void
test_cancelled (void)
{
  g_autofree char         *folder = make_folder ();
  g_autoptr (GByteArray)   bytes = make_sound (newest);
  g_autofree char         *path = write_file (folder, "sound.gguf", bytes, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError)       error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (plim_gguf_read (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  remove_folder (folder);
}

/* 400 GiB of which only the head is there. */
static void
test_sparse (void)
{
  static const gint64    size = G_GINT64_CONSTANT (400) << 30;
  g_autofree char       *folder = make_folder ();
  g_autoptr (GByteArray) bytes = begin (newest, 1000, 1);
  g_autofree char       *path = NULL;
  g_autoptr (GError)     error = NULL;
  g_autoptr (PlimGguf)   gguf = NULL;

  put_key_string (bytes, newest, "general.architecture", "llama");
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("blk.%u.ffn_up_exps.weight", i);

      /* 2^20 x 97 of F32: 388 MiB. */
      put_tensor (bytes, newest, name, 2, 1 << 20, 97, 0, (guint64) i * 97 * 4 << 20);
    }
  path = write_file (folder, "huge.gguf", bytes, size);
  gguf = plim_gguf_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (plim_gguf_get_file_bytes (gguf), ==, size);
  g_assert_cmpint (plim_tensor_table_get_totals (plim_gguf_get_tensors (gguf)).size_bytes, ==,
                   G_GINT64_CONSTANT (388000) << 20);
  g_assert_cmpint (plim_gguf_get_read_bytes (gguf), <=, (gint64) bytes->len + 64 * 1024);
  remove_folder (folder);
}

/* Part @number of three, with one tensor of 64 bytes. */
static char *
write_part (const char *folder,
            guint       number,
            guint       split_number,
            guint       tensors_count)
{
  g_autofree char       *name = g_strdup_printf ("m-%05u-of-00003.gguf", number + 1);
  g_autofree char       *tensor = g_strdup_printf ("blk.%u.ffn_up.weight", number);
  g_autoptr (GByteArray) bytes = begin (newest, 1, number == 0 ? 4 : 3);

  put_key_number (bytes, newest, "split.no", 2, split_number, 2);
  put_key_number (bytes, newest, "split.count", 2, 3, 2);
  put_key_number (bytes, newest, "split.tensors.count", 5, tensors_count, 4);
  if (number == 0)
    put_key_string (bytes, newest, "general.architecture", "llama");
  put_tensor (bytes, newest, tensor, 1, 16, 0, 0, 0);
  pad_to (bytes, 32, 64);

  return write_file (folder, name, bytes, 0);
}

static void
test_split (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *first = write_part (folder, 0, 0, 3);
  g_autofree char *second = write_part (folder, 1, 1, 3);
  g_autofree char *third = write_part (folder, 2, 2, 3);
  g_autofree char *wrong = NULL;
  g_autofree char *other = g_build_filename (folder, "other.gguf", NULL);
  const char      *paths[] = { first, second, third };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError)   error = NULL;
      g_autoptr (PlimGguf) gguf = plim_gguf_read (paths[i], NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (plim_gguf_get_parts_count (gguf), ==, 3);
      g_assert_cmpint (plim_tensor_table_get_totals (plim_gguf_get_tensors (gguf)).size_bytes, ==, 192);
      g_assert_cmpstr (plim_gguf_get_string (gguf, "general.architecture"), ==, "llama");
    }

  wrong = write_part (folder, 2, 1, 3);
  expect_refusal (wrong, "split.no: this is not part 3");
  g_free (write_part (folder, 2, 2, 4));
  g_clear_pointer (&wrong, g_free);
  wrong = write_part (folder, 0, 0, 4);
  expect_refusal (first, "split.tensors.count: there should be 4 tensors, but the parts have 3");
  g_assert_cmpint (g_rename (second, other), ==, 0);
  expect_refusal (other, "split.count: this is one of 3 parts");
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (plim_gguf_read (first, NULL, &error));
    assert_message (error, "m-00002-of-00003.gguf", "this part of the model, 2 of 3, is missing");
  }
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gguf/versions", test_versions);
  g_test_add_func ("/gguf/attacks/tensors", test_tensor_attacks);
  g_test_add_func ("/gguf/attacks/values", test_value_attacks);
  g_test_add_func ("/gguf/foreign", test_foreign);
  g_test_add_func ("/gguf/no-files", test_no_files);
  g_test_add_func ("/gguf/cancelled", test_cancelled);
  g_test_add_func ("/gguf/sparse", test_sparse);
  g_test_add_func ("/gguf/split", test_split);

  return g_test_run ();
}

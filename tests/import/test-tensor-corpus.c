/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hostile files by the hundred: a small sound GGUF file and a small sound safetensors file, cut at every byte, with
 * every length and type replaced by extremes, and with random bytes (of a fixed seed) in them.  Each must be read, or
 * refused with a message that begins with the file's name.  Sanitizers watch. */

#include "plim-gguf.h"
#include "plim-safetensors.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tensor-files.h"

#define N_RANDOM_FILES 400

typedef gboolean (*Read) (const char *path,
                          GError    **error);

static gboolean
read_gguf (const char *path,
           GError    **error)
{
  g_autoptr (PlimGguf) gguf = plim_gguf_read (path, NULL, error);

  return gguf != NULL;
}

static gboolean
read_safetensors (const char *path,
                  GError    **error)
{
  g_autoptr (PlimSafetensors) safetensors = plim_safetensors_read (path, 0, NULL, error);

  return safetensors != NULL;
}

static void
put_string (GByteArray *bytes,
            const char *text)
{
  put_number (bytes, strlen (text), 8, FALSE);
  put_text (bytes, text);
}

/* A text, a number, a list of numbers, a list of texts, a list of lists, and two tensors. */
static GByteArray *
make_gguf (void)
{
  GByteArray *bytes = g_byte_array_new ();

  put_text (bytes, "GGUF");
  put_number (bytes, 3, 4, FALSE);
  put_number (bytes, 2, 8, FALSE);
  put_number (bytes, 5, 8, FALSE);
  put_string (bytes, "general.architecture");
  put_number (bytes, 8, 4, FALSE);
  put_string (bytes, "llama");
  put_string (bytes, "general.alignment");
  put_number (bytes, 4, 4, FALSE);
  put_number (bytes, 32, 4, FALSE);
  put_string (bytes, "n");
  put_number (bytes, 9, 4, FALSE);
  put_number (bytes, 5, 4, FALSE);
  put_number (bytes, 2, 8, FALSE);
  put_number (bytes, 7, 8, FALSE);
  put_string (bytes, "s");
  put_number (bytes, 9, 4, FALSE);
  put_number (bytes, 8, 4, FALSE);
  put_number (bytes, 2, 8, FALSE);
  put_string (bytes, "a");
  put_string (bytes, "b");
  put_string (bytes, "l");
  put_number (bytes, 9, 4, FALSE);
  put_number (bytes, 9, 4, FALSE);
  put_number (bytes, 1, 8, FALSE);
  put_number (bytes, 0, 4, FALSE);
  put_number (bytes, 4, 8, FALSE);
  put_text (bytes, "1234");
  for (guint i = 0; i < 2; i++)
    {
      put_string (bytes, i == 0 ? "blk.0.attn_q.weight" : "blk.1.attn_q.weight");
      put_number (bytes, 2, 4, FALSE);
      put_number (bytes, 32, 8, FALSE);
      put_number (bytes, 2, 8, FALSE);
      put_number (bytes, 2, 4, FALSE);
      put_number (bytes, 64 * i, 8, FALSE);
    }
  while (bytes->len % 32 != 0)
    put_number (bytes, 0, 1, FALSE);
  for (guint i = 0; i < 128; i++)
    put_number (bytes, 0, 1, FALSE);

  return bytes;
}

static GByteArray *
make_safetensors (void)
{
  static const char header[] = "{\"__metadata__\":{\"format\":\"pt\"},"
                               "\"q_proj.qweight\":{\"dtype\":\"I32\",\"shape\":[1,8],\"data_offsets\":[0,32]},"
                               "\"q_proj.scales\":{\"dtype\":\"F16\",\"shape\":[1,8],\"data_offsets\":[32,48]},"
                               "\"q_proj.qzeros\":{\"dtype\":\"I32\",\"shape\":[1,1],\"data_offsets\":[48,52]}}";
  GByteArray       *bytes = g_byte_array_new ();

  put_number (bytes, strlen (header), 8, FALSE);
  put_text (bytes, header);
  for (guint i = 0; i < 52; i++)
    put_number (bytes, 0, 1, FALSE);

  return bytes;
}

typedef struct
{
  Read        read;
  const char *folder;
  const char *name;
  GByteArray *sound;
  guint       n_files;
  guint       n_refused;
} Corpus;

static void
try_bytes (Corpus           *corpus,
           const GByteArray *bytes)
{
  g_autofree char   *path = write_file (corpus->folder, corpus->name, bytes, 0);
  g_autoptr (GError) error = NULL;
  gboolean           is_read = corpus->read (path, &error);

  corpus->n_files++;
  corpus->n_refused += !is_read;
  g_assert_cmpint (is_read, ==, error == NULL);
  if (error != NULL)
    assert_message (error, corpus->name, "");
}

static GByteArray *
copy_bytes (const GByteArray *bytes)
{
  return g_byte_array_append (g_byte_array_sized_new (bytes->len), bytes->data, bytes->len);
}

/* Nothing that is cut may be taken for whole. */
static void
try_cuts (Corpus *corpus)
{
  for (guint length = 0; length < corpus->sound->len; length++)
    {
      g_autoptr (GByteArray) cut = copy_bytes (corpus->sound);
      guint                  n_refused = corpus->n_refused;

      g_byte_array_set_size (cut, length);
      try_bytes (corpus, cut);
      /* The last tensor's padding may be missing: 28 bytes of 64. */
      if (length + 28 < corpus->sound->len)
        g_assert_cmpuint (corpus->n_refused, ==, n_refused + 1);
    }
}

/* Extremes of 1, 4 and 8 bytes, at every byte. */
static void
try_extremes (Corpus *corpus)
{
  static const struct
  {
    guint64 value;
    guint   n_bytes;
  } extremes[] = {
    { 0, 8 },
    { 0xffffffff, 4 },
    { 0x80000000, 4 },
    { 9, 4 },
    { G_MAXUINT64, 8 },
    { G_GUINT64_CONSTANT (1) << 63, 8 },
    { G_MAXUINT64 / 4, 8 },
    { G_GUINT64_CONSTANT (1) << 40, 8 },
    { '"', 1 },
    { '-', 1 },
    { '9', 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (extremes); i++)
    for (guint at = 0; at + extremes[i].n_bytes <= corpus->sound->len; at += 3)
      {
        g_autoptr (GByteArray) changed = copy_bytes (corpus->sound);

        for (guint j = 0; j < extremes[i].n_bytes; j++)
          changed->data[at + j] = (guint8) (extremes[i].value >> 8 * j);
        try_bytes (corpus, changed);
      }
}

static void
try_random (Corpus *corpus)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);

  for (guint i = 0; i < N_RANDOM_FILES; i++)
    {
      g_autoptr (GByteArray) changed = copy_bytes (corpus->sound);
      gint                   n_changes = g_rand_int_range (random, 1, 9);

      for (gint j = 0; j < n_changes; j++)
        changed->data[g_rand_int_range (random, 0, (gint) changed->len)] = (guint8) g_rand_int_range (random, 0, 256);
      try_bytes (corpus, changed);
    }
}

static void
test_corpus (gconstpointer data)
{
  gboolean         is_gguf = data != NULL;
  g_autofree char *folder = make_folder ();
  Corpus           corpus = { .read = is_gguf ? read_gguf : read_safetensors,
                              .folder = folder,
                              .name = is_gguf ? "model.gguf" : "model.safetensors",
                              .sound = is_gguf ? make_gguf () : make_safetensors () };

  try_bytes (&corpus, corpus.sound);
  g_assert_cmpuint (corpus.n_refused, ==, 0);
  try_cuts (&corpus);
  try_extremes (&corpus);
  try_random (&corpus);
  g_test_message ("%u files, %u refused", corpus.n_files, corpus.n_refused);
  g_assert_cmpuint (corpus.n_files, >=, 1000);
  g_assert_cmpuint (corpus.n_refused, >=, 500);
  g_byte_array_unref (corpus.sound);
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/corpus/gguf", "gguf", test_corpus);
  g_test_add_data_func ("/corpus/safetensors", NULL, test_corpus);

  return g_test_run ();
}

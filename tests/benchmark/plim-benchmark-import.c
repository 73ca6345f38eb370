/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Model files as large as their formats allow, written sparse, so that only their headers take room. */

#include "plim-benchmark.h"

#include "plim-model-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "../import/tensor-files.h"

#define MOST_HEADER_BYTES 99000000
#define N_LAYERS          126
#define N_HIDDEN          16384
#define N_TOKENS          128256
#define N_READINGS        5

/* Experts of a mixture, two numbers of 8 bits each, until the header is full. */
static char *
write_safetensors (const char *folder)
{
  static const char *const parts[] = { "gate_proj", "up_proj", "down_proj" };
  g_autoptr (GString)      header = g_string_new ("{");
  g_autoptr (GByteArray)   bytes = g_byte_array_new ();
  gint64                   end_bytes = 0;

  for (guint i = 0; header->len < MOST_HEADER_BYTES; i++, end_bytes += 2)
    g_string_append_printf (header,
                            "%s\"model.layers.%u.mlp.experts.%u.%s.weight\":{\"dtype\":\"F8_E4M3\",\"shape\":[1,2],"
                            "\"data_offsets\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]}",
                            i > 0 ? "," : "", i / 768, i / 3 % 256, parts[i % 3], end_bytes, end_bytes + 2);
  g_string_append_c (header, '}');
  put_number (bytes, header->len, 8, FALSE);
  g_byte_array_append (bytes, (const guint8 *) header->str, (guint) header->len);

  return write_file (folder, "model.safetensors", bytes, (gint64) bytes->len + end_bytes);
}

static void
put_string (GByteArray *bytes,
            const char *text)
{
  put_number (bytes, strlen (text), 8, FALSE);
  put_text (bytes, text);
}

/* A key of 32 bits, type 4 of GGUF. */
static void
put_key (GByteArray *bytes,
         const char *key,
         guint64     value)
{
  put_string (bytes, key);
  put_number (bytes, 4, 4, FALSE);
  put_number (bytes, value, 4, FALSE);
}

/* A matrix of BF16, type 30 of ggml; gives where the next begins. */
static gint64
put_matrix (GByteArray *bytes,
            const char *name,
            guint64     columns,
            guint64     rows,
            gint64      offset_bytes)
{
  put_string (bytes, name);
  put_number (bytes, 2, 4, FALSE);
  put_number (bytes, columns, 8, FALSE);
  put_number (bytes, rows, 8, FALSE);
  put_number (bytes, 30, 4, FALSE);
  put_number (bytes, (guint64) offset_bytes, 8, FALSE);

  return offset_bytes + (gint64) (2 * columns * rows);
}

/* A decoder of 126 layers, more than 400 GB. */
static char *
write_gguf (const char *folder)
{
  static const char *const keys[] = { "llama.block_count", "llama.embedding_length", "llama.attention.head_count",
                                      "llama.feed_forward_length", "llama.vocab_size" };
  static const guint64     values[] = { N_LAYERS, N_HIDDEN, 128, N_HIDDEN, N_TOKENS };
  static const char *const parts[] = { "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down" };
  g_autoptr (GByteArray)   bytes = g_byte_array_new ();
  gint64                   end_bytes;

  put_text (bytes, "GGUF");
  put_number (bytes, 3, 4, FALSE);
  put_number (bytes, N_LAYERS * G_N_ELEMENTS (parts) + 1, 8, FALSE);
  put_number (bytes, G_N_ELEMENTS (keys) + 1, 8, FALSE);
  put_string (bytes, "general.architecture");
  put_number (bytes, 8, 4, FALSE);
  put_string (bytes, "llama");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    put_key (bytes, keys[i], values[i]);
  end_bytes = put_matrix (bytes, "token_embd.weight", N_HIDDEN, N_TOKENS, 0);
  for (guint i = 0; i < N_LAYERS * G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *name =
        g_strdup_printf ("blk.%u.%s.weight", i / (guint) G_N_ELEMENTS (parts), parts[i % G_N_ELEMENTS (parts)]);

      end_bytes = put_matrix (bytes, name, N_HIDDEN, N_HIDDEN, end_bytes);
    }

  return write_file (folder, "model.gguf", bytes, (gint64) bytes->len + 32 + end_bytes);
}

/* Median seconds to import @path; @read_bytes of it. */
static double
time_import (const char *path,
             gint64     *read_bytes)
{
  double seconds[N_READINGS];

  for (guint i = 0; i < N_READINGS; i++)
    {
      g_autoptr (GError)        error = NULL;
      double                    start = plim_benchmark_now_s ();
      g_autoptr (PlimModelFile) file = plim_model_file_read (path, NULL, &error);

      if (file == NULL)
        g_error ("%s", error->message);
      *read_bytes = file->read_bytes;
      seconds[i] = plim_benchmark_now_s () - start;
    }

  return plim_benchmark_median (seconds, N_READINGS);
}

/* Median seconds to read and sum up @count bytes of @path, the least that any reader does. */
static double
time_reading (const char *path,
              gint64      count)
{
  double seconds[N_READINGS];

  for (guint i = 0; i < N_READINGS; i++)
    {
      double           start = plim_benchmark_now_s ();
      g_autofree char *text = g_malloc ((gsize) count);
      int              descriptor = g_open (path, O_RDONLY, 0);
      volatile guint   sum = 0;

      for (gint64 done = 0, got = 1; done < count && got > 0; done += got)
        got = read (descriptor, text + done, (gsize) (count - done));
      for (gint64 j = 0; j < count; j++)
        sum += (guint8) text[j];
      close (descriptor);
      seconds[i] = plim_benchmark_now_s () - start;
    }

  return plim_benchmark_median (seconds, N_READINGS);
}

void
plim_benchmark_import (void)
{
  static const struct
  {
    const char *title;
    char *(*write) (const char *folder);
  } cases[] = {
    { "safetensors header of 99 MB", write_safetensors },
    { "GGUF of more than 400 GB", write_gguf },
  };
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cases[i].write (folder);
      gint64           read_bytes = 0;
      double           import_s = time_import (path, &read_bytes);

      g_print ("%-36s  %8.2f ms, %" G_GINT64_FORMAT " bytes read, ratio %.1f to adding them up\n", cases[i].title,
               import_s * 1e3, read_bytes, import_s / time_reading (path, read_bytes));
    }
  remove_folder (folder);
}

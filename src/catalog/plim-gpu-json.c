/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The capacity of a GPU is what its driver reports.  Where no report is known it is the marketed size in GiB, times
 * the share that the system lets the GPU use (Apple silicon). */

#include "config.h"

#include "plim-gpu-json.h"

#include "plim-json-members.h"

#include <glib/gi18n.h>
#include <string.h>

#define GIB (1024.0 * 1024.0 * 1024.0)
#define MIB (1024.0 * 1024.0)

/* A row as it stands in the file, in its units. */
typedef struct
{
  char           id[sizeof (((PlimGpu *) NULL)->id)];
  char           name[sizeof (((PlimGpu *) NULL)->name)];
  char           vendor[sizeof (((PlimGpu *) NULL)->vendor)];
  PlimGpuSegment segment;
  gint64         year;
  gint64         marketed_gb;
  gint64         reported_mib;
  double         gpu_fraction;
  double         bandwidth_gb_per_s;
  double         peak_tflops[PLIM_N_RATES];
  double         link_gb_per_s;
  gint64         gpus_per_node;
  gint64         linked_gpus;
  double         power_w;
  double         price_low;
  double         price_high;
} Row;

static const char *const segments[] = { "data-centre", "workstation", "consumer", "integrated", NULL };

#define ROW(member, name, type, maximum, choices) { name, type, offsetof (Row, member), maximum, choices }

static const PlimMember row_members[] = {
  ROW (id, "id", PLIM_MEMBER_TEXT, sizeof (((Row *) NULL)->id), NULL),
  ROW (name, "name", PLIM_MEMBER_TEXT, sizeof (((Row *) NULL)->name), NULL),
  ROW (vendor, "vendor", PLIM_MEMBER_TEXT, sizeof (((Row *) NULL)->vendor), NULL),
  ROW (segment, "segment", PLIM_MEMBER_CHOICE, 0, segments),
  ROW (year, "year", PLIM_MEMBER_COUNT, 9999, NULL),
  ROW (bandwidth_gb_per_s, "bandwidth_gb_per_s", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (link_gb_per_s, "link_gb_per_s", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (gpus_per_node, "gpus_per_node", PLIM_MEMBER_COUNT, 10000, NULL),
  ROW (linked_gpus, "linked_gpus", PLIM_MEMBER_COUNT, 10000, NULL),
  ROW (power_w, "power_w", PLIM_MEMBER_NUMBER, 100000, NULL),
};

static const PlimMember memory_members[] = {
  ROW (marketed_gb, "marketed_gb", PLIM_MEMBER_COUNT, 1e6, NULL),
  ROW (reported_mib, "reported_mib", PLIM_MEMBER_COUNT, 1e9, NULL),
  ROW (gpu_fraction, "gpu_fraction", PLIM_MEMBER_NUMBER, 1, NULL),
};

static const PlimMember rate_members[] = {
  ROW (peak_tflops[PLIM_RATE_FP32], "fp32", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_TF32], "tf32", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_F16], "f16", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_BF16], "bf16", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_FP8], "fp8", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_INT8], "int8", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_INT4], "int4", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (peak_tflops[PLIM_RATE_FP4], "fp4", PLIM_MEMBER_NUMBER, 1e6, NULL),
};

static const PlimMember price_members[] = {
  ROW (price_low, "low", PLIM_MEMBER_NUMBER, 1e6, NULL),
  ROW (price_high, "high", PLIM_MEMBER_NUMBER, 1e6, NULL),
};

static gboolean
read_row (const PlimJsonText *text,
          yyjson_val         *object,
          Row                *row,
          GError            **error)
{
  yyjson_val *rates = yyjson_obj_get (object, "peak_tflops");
  yyjson_val *price = yyjson_obj_get (object, "price_per_hour");

  if (!plim_json_read_members (text, object, row_members, G_N_ELEMENTS (row_members), row, error))
    return FALSE;
  if (!plim_json_read_members (text, yyjson_obj_get (object, "memory"), memory_members, G_N_ELEMENTS (memory_members),
                               row, error))
    return FALSE;
  if (rates != NULL && !plim_json_read_members (text, rates, rate_members, G_N_ELEMENTS (rate_members), row, error))
    return FALSE;

  return price == NULL || plim_json_read_members (text, price, price_members, G_N_ELEMENTS (price_members), row, error);
}

gboolean
plim_gpu_json_read (const PlimJsonText *text,
                    yyjson_val         *object,
                    PlimGpu            *gpu,
                    GError            **error)
{
  Row row = { .gpu_fraction = 1 };

  if (!read_row (text, object, &row, error))
    return FALSE;
  if (*row.id == '\0' || *row.name == '\0' || row.marketed_gb == 0)
    return plim_json_fail (text, object, PLIM_JSON_ERROR_STRUCTURE, error,
                           _ ("a GPU needs “id”, “name” and “memory” with “marketed_gb”"));

  memset (gpu, 0, sizeof *gpu);
  g_strlcpy (gpu->id, row.id, sizeof gpu->id);
  g_strlcpy (gpu->name, row.name, sizeof gpu->name);
  g_strlcpy (gpu->vendor, row.vendor, sizeof gpu->vendor);
  gpu->segment = row.segment;
  gpu->year = (gint) row.year;
  gpu->marketed_gb = row.marketed_gb;
  gpu->is_reported = row.reported_mib > 0;
  gpu->reported_bytes = gpu->is_reported ? (gint64) ((double) row.reported_mib * MIB)
                                         : (gint64) ((double) row.marketed_gb * row.gpu_fraction * GIB);
  gpu->bandwidth_bytes_per_s = (gint64) (row.bandwidth_gb_per_s * 1e9);
  gpu->link_bytes_per_s = (gint64) (row.link_gb_per_s * 1e9);
  gpu->gpus_per_node = (gint) row.gpus_per_node;
  gpu->linked_gpus = (gint) row.linked_gpus;
  gpu->power_w = (gint) row.power_w;
  gpu->price_low_per_hour = row.price_low;
  gpu->price_high_per_hour = row.price_high;
  for (guint i = 0; i < PLIM_N_RATES; i++)
    gpu->peak_flops_per_s[i] = row.peak_tflops[i] * 1e12;

  return TRUE;
}

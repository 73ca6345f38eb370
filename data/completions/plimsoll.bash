# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of plimsoll for bash.

_plimsoll_ids ()
{
  plimsoll list "$1" --format csv 2> /dev/null | tail -n +2 | cut -d, -f1
}

_plimsoll ()
{
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  local words='' inputs="
    --method --task --model --parameters --hidden-size --layers --heads --kv-heads --head-dim --ffn --vocab
    --gpu --gpus --gpu-memory --used-memory --peak-tflops --price-per-gpu-hour --batch --context --recompute
    --attention --loss --precision --kv-precision --recipe --optimizer --lora-rank --lora-targets
    --evaluation --sharding --runtime --accumulation --tokens --utilization --safety-margin --sample-bytes
    --adapter-share --sequence-flops --steps --deadline-hours"

  # bash splits --option=value at the sign.
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi

  if ((COMP_CWORD == 1)); then
    words='estimate compare export list validate help --help --version'
  else
    case $before in
      --format) words='text json csv md' ;;
      --chart) words='memory moments gpus time cost limits methods compare' ;;
      --theme) words='light dark print' ;;
      --scale) words='1 2 3' ;;
      --model) words=$(_plimsoll_ids models) ;;
      --gpu) words=$(_plimsoll_ids gpus) ;;
      --precision | --kv-precision) words=$(_plimsoll_ids precisions) ;;
      --method) words='component bytes-times-multiplier serving-overhead textbook-transformer 24-bytes-per-parameter module-table' ;;
      --task) words='inference training lora qlora' ;;
      --recompute) words='none full' ;;
      --attention) words='flash eager' ;;
      --loss) words='plain chunked' ;;
      --recipe) words='mixed pure autocast' ;;
      --optimizer) words='adamw adamw-8bit sgd sgd-momentum' ;;
      --lora-targets) words='all-linear attention query-value' ;;
      --evaluation) words='none f16 int8' ;;
      --sharding) words='full gradients optimizer none' ;;
      --runtime) words='pytorch llama.cpp' ;;
      --parameters | --hidden-size | --layers | --heads | --kv-heads | --head-dim | --ffn | --vocab | \
        --gpus | --gpu-memory | --used-memory | --peak-tflops | --price-per-gpu-hour | --batch | --context | \
        --lora-rank | --accumulation | --tokens | --utilization | --safety-margin | --sample-bytes | \
        --adapter-share | --sequence-flops | --steps | --deadline-hours | \
        --width | --scenario) return ;;
      --output)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
      *)
        case $command in
          estimate) words="--format --check --help $inputs" ;;
          compare) words='--all-inputs --format --help' ;;
          export) words='--chart --output --scenario --theme --scale --width --help' ;;
          list) words='gpus models methods precisions optimizers --format --help' ;;
          validate) words='--help' ;;
        esac
        ;;
    esac
  fi

  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  if [[ $word != -* && $command != list && ($before != -* || $before == --check || $before == --all-inputs) ]]; then
    compopt -o filenames
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X '!*.plimsoll' -- "$word"; compgen -d -- "$word")
  fi
}

complete -F _plimsoll plimsoll

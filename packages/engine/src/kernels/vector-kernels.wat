;; Passes over vectors of float32 in one memory, four elements at a time. All begin and end at multiples of
;; 64 bytes, so that nothing is left over; $bytes is the length of each. Every operation rounds to float32,
;; in the order of the graphs that compute the same.
(module
  (import "vectors" "memory" (memory 1))

  ;; The sum of four vectors' elements, as float64 of their four lanes.
  (func $sumOfStrands (param $a v128) (param $b v128) (param $c v128) (param $d v128) (result f64)
    (local $v v128)
    (local.set $v
      (f32x4.add
        (f32x4.add (local.get $a) (local.get $b))
        (f32x4.add (local.get $c) (local.get $d))))
    (f64.add
      (f64.add
        (f64.promote_f32 (f32x4.extract_lane 0 (local.get $v)))
        (f64.promote_f32 (f32x4.extract_lane 1 (local.get $v))))
      (f64.add
        (f64.promote_f32 (f32x4.extract_lane 2 (local.get $v)))
        (f64.promote_f32 (f32x4.extract_lane 3 (local.get $v))))))

  ;; Σ x². 4,096 elements are summed in float32, in sixteen strands; their sums in float64.
  (func (export "sumSquares") (param $x i32) (param $bytes i32) (result f64)
    (local $end i32) (local $blockEnd i32) (local $total f64)
    (local $v v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (loop $blocks
      (if (i32.lt_u (local.get $x) (local.get $end))
        (then
          (local.set $blockEnd (i32.add (local.get $x) (i32.const 16384)))
          (if (i32.gt_u (local.get $blockEnd) (local.get $end))
            (then (local.set $blockEnd (local.get $end))))
          (local.set $a (v128.const f32x4 0 0 0 0))
          (local.set $b (v128.const f32x4 0 0 0 0))
          (local.set $c (v128.const f32x4 0 0 0 0))
          (local.set $d (v128.const f32x4 0 0 0 0))
          (loop $block
            (local.set $v (v128.load (local.get $x)))
            (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $v (v128.load offset=16 (local.get $x)))
            (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $v (v128.load offset=32 (local.get $x)))
            (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $v (v128.load offset=48 (local.get $x)))
            (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $x (i32.add (local.get $x) (i32.const 64)))
            (br_if $block (i32.lt_u (local.get $x) (local.get $blockEnd))))
          (local.set $total
            (f64.add (local.get $total)
              (call $sumOfStrands
                (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
          (br $blocks))))
    (local.get $total))

  ;; into += x, and Σ into² of what that gives.
  (func (export "add") (param $into i32) (param $x i32) (param $bytes i32) (result f64)
    (local $end i32) (local $blockEnd i32) (local $total f64)
    (local $v v128) (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $into) (local.get $bytes)))
    (loop $blocks
      (if (i32.lt_u (local.get $into) (local.get $end))
        (then
          (local.set $blockEnd (i32.add (local.get $into) (i32.const 16384)))
          (if (i32.gt_u (local.get $blockEnd) (local.get $end))
            (then (local.set $blockEnd (local.get $end))))
          (local.set $a (v128.const f32x4 0 0 0 0))
          (local.set $b (v128.const f32x4 0 0 0 0))
          (local.set $c (v128.const f32x4 0 0 0 0))
          (local.set $d (v128.const f32x4 0 0 0 0))
          (loop $block
            (local.set $v
              (f32x4.add (v128.load (local.get $into)) (v128.load (local.get $x))))
            (v128.store (local.get $into) (local.get $v))
            (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $v
              (f32x4.add (v128.load offset=16 (local.get $into)) (v128.load offset=16 (local.get $x))))
            (v128.store offset=16 (local.get $into) (local.get $v))
            (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $v
              (f32x4.add (v128.load offset=32 (local.get $into)) (v128.load offset=32 (local.get $x))))
            (v128.store offset=32 (local.get $into) (local.get $v))
            (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $v
              (f32x4.add (v128.load offset=48 (local.get $into)) (v128.load offset=48 (local.get $x))))
            (v128.store offset=48 (local.get $into) (local.get $v))
            (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $v) (local.get $v))))
            (local.set $into (i32.add (local.get $into) (i32.const 64)))
            (local.set $x (i32.add (local.get $x) (i32.const 64)))
            (br_if $block (i32.lt_u (local.get $into) (local.get $blockEnd))))
          (local.set $total
            (f64.add (local.get $total)
              (call $sumOfStrands
                (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
          (br $blocks))))
    (local.get $total))

  ;; mean −= share·(mean − x)
  (func (export "follow") (param $mean i32) (param $x i32) (param $bytes i32) (param $share f32)
    (local $end i32) (local $before v128) (local $shares v128)
    (local.set $end (i32.add (local.get $mean) (local.get $bytes)))
    (local.set $shares (f32x4.splat (local.get $share)))
    (loop $next
      (if (i32.lt_u (local.get $mean) (local.get $end))
        (then
          (local.set $before (v128.load (local.get $mean)))
          (v128.store (local.get $mean)
            (f32x4.sub (local.get $before)
              (f32x4.mul (local.get $shares)
                (f32x4.sub (local.get $before) (v128.load (local.get $x))))))
          (local.set $mean (i32.add (local.get $mean) (i32.const 16)))
          (local.set $x (i32.add (local.get $x) (i32.const 16)))
          (br $next)))))

  ;; Adam's update as in optim/adam.ts: weight decay is either in $l2 (else 0) or in $keep (else 1).
  (func (export "adam")
    (param $values i32) (param $gradient i32) (param $first i32) (param $second i32) (param $bytes i32)
    (param $gradientScale f32) (param $beta1 f32) (param $beta2 f32) (param $l2 f32)
    (param $keep f32) (param $stepSize f32) (param $epsilon f32)
    (local $end i32) (local $w v128) (local $g v128) (local $m v128) (local $s v128)
    (local $scales v128) (local $beta1s v128) (local $beta2s v128) (local $l2s v128)
    (local $keeps v128) (local $sizes v128) (local $epsilons v128)
    (local.set $scales (f32x4.splat (local.get $gradientScale)))
    (local.set $beta1s (f32x4.splat (local.get $beta1)))
    (local.set $beta2s (f32x4.splat (local.get $beta2)))
    (local.set $l2s (f32x4.splat (local.get $l2)))
    (local.set $keeps (f32x4.splat (local.get $keep)))
    (local.set $sizes (f32x4.splat (local.get $stepSize)))
    (local.set $epsilons (f32x4.splat (local.get $epsilon)))
    (local.set $end (i32.add (local.get $values) (local.get $bytes)))
    (loop $next
      (if (i32.lt_u (local.get $values) (local.get $end))
        (then
          (local.set $w (v128.load (local.get $values)))
          (local.set $g
            (f32x4.add
              (f32x4.mul (v128.load (local.get $gradient)) (local.get $scales))
              (f32x4.mul (local.get $w) (local.get $l2s))))
          (local.set $m
            (f32x4.add (f32x4.mul (v128.load (local.get $first)) (local.get $beta1s)) (local.get $g)))
          (local.set $s
            (f32x4.add
              (f32x4.mul (v128.load (local.get $second)) (local.get $beta2s))
              (f32x4.mul (local.get $g) (local.get $g))))
          (v128.store (local.get $first) (local.get $m))
          (v128.store (local.get $second) (local.get $s))
          (v128.store (local.get $values)
            (f32x4.sub
              (f32x4.mul (local.get $w) (local.get $keeps))
              (f32x4.mul
                (f32x4.div (local.get $m)
                  (f32x4.add (f32x4.sqrt (local.get $s)) (local.get $epsilons)))
                (local.get $sizes))))
          (local.set $values (i32.add (local.get $values) (i32.const 16)))
          (local.set $gradient (i32.add (local.get $gradient) (i32.const 16)))
          (local.set $first (i32.add (local.get $first) (i32.const 16)))
          (local.set $second (i32.add (local.get $second) (i32.const 16)))
          (br $next))))))

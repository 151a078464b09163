package main

import (
	"context"
	"time"

	"docket/internal/merkle/keeper"
)

// TreeHeads say how often the log's tree is signed.
type TreeHeads struct {
	HeadEvery    int64         `name:"tree-head-every" help:"Events after which the log's tree is signed; 0: not for that reason." default:"1000" env:"DOCKET_TREE_HEAD_EVERY"`
	HeadInterval time.Duration `name:"tree-head-interval" help:"Time after an event by which the log's tree is signed; 0: not for that reason." default:"1m" env:"DOCKET_TREE_HEAD_INTERVAL"`
}

// startTree keeps the tree over all events (mission row K2), behind the log and in nobody's way.
func (s *service) startTree(ctx, background context.Context) error {
	signer, err := keeper.OpenSigner(ctx, s.pool, s.vault)
	if err != nil {
		return err
	}
	s.book = &keeper.Book{Pool: s.pool, Key: signer.Key, Verifier: signer.Verifier}
	s.tree = keeper.New(keeper.Options{
		Book: s.book, Log: s.events, Signer: signer, Every: s.Settings.HeadEvery, Interval: s.Settings.HeadInterval, Logger: s.Log,
	})
	s.keep(background, "tree of the log", s.tree.Run)
	return nil
}
